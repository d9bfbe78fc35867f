package dev.errand.server.wire;

import dev.errand.IdempotencyKey;
import dev.errand.server.call.Fields;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The idempotency key of a trigger as clients write it: mostly a hash, beside which they say what it was made from. */
final class KeyFields {
    private static final String OPTIONS = "idempotencyKeyOptions";
    private static final Pattern LIFE = Pattern.compile("\\d{1,9}[smhd]");
    /** Within what a client has hashed it; it is one key of the task here, since what was hashed says the rest. */
    private static final Set<String> SCOPES = Set.of("run", "attempt", "global");

    private final Fields fields;

    KeyFields(Fields fields) {
        this.fields = fields;
    }

    /** @throws IllegalArgumentException if no key can be so */
    IdempotencyKey key(String text) {
        IdempotencyKey key = IdempotencyKey.of(text);
        String life = fields.text("idempotencyKeyTTL");
        key = life != null && LIFE.matcher(life).matches() ? key.life(WireTime.duration(life)) : key;
        String shown = shown();
        return shown == null ? key : key.shownAs(shown);
    }

    /** Refuses what is of the wrong type, whether there is a key or not. */
    void check() {
        fields.text("idempotencyKeyTTL");
        shown();
    }

    /** What people are shown. It may be longer than a key is, of which there is a hash. */
    private @Nullable String shown() {
        Fields options = fields.object(OPTIONS);
        if (options == null) {
            return null;
        }
        String scope = options.text("scope");
        if (scope != null && !SCOPES.contains(scope)) {
            throw options.refused("scope", "run, attempt or global is needed");
        }
        String key = String.join("-", options.texts("key"));
        return key.isEmpty() ? null : shortened(key);
    }

    private static String shortened(String key) {
        if (key.length() <= IdempotencyKey.LONGEST) {
            return key;
        }
        boolean splits = Character.isHighSurrogate(key.charAt(IdempotencyKey.LONGEST - 1));
        return key.substring(0, splits ? IdempotencyKey.LONGEST - 1 : IdempotencyKey.LONGEST);
    }
}
