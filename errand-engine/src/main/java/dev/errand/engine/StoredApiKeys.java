package dev.errand.engine;

import dev.errand.ApiKey;
import dev.errand.ApiKeys;
import dev.errand.KeySigning;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.SealedApiKey;
import dev.errand.store.ApiKeyStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of programs. A secret is at least 140 random bits, so that its plain hash is as hard to guess as itself. Keys that were found are
 * remembered for a second, since a program shows its key with every request; what was not found is asked anew each time, so that strangers fill no
 * memory, and one by one, so that they leave the store's connections to others.
 */
final class StoredApiKeys implements ApiKeys {
    /** As clients of the HTTP API expect them; without {@code sk_} they sign tokens by themselves. */
    private static final String PREFIX = "tr_dev_";

    private static final String SERVER_SIGNING = PREFIX + "sk_";
    private static final int SHOWN = 4;
    private static final int LONGEST_SEALED = 1_000;
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration USE = Duration.ofMinutes(1);

    private final ApiKeyStore store;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock(true);
    private final FoundKeys<ApiKey> bySecret = new FoundKeys<>(asking, System::nanoTime);
    private final FoundKeys<SealedApiKey> byId = new FoundKeys<>(asking, System::nanoTime);
    /** When the use of a key was last written from here, by its id. */
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    StoredApiKeys(ApiKeyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public NewApiKey create(String name, Role role) {
        return create(name, role, KeySigning.NONE, PREFIX + random(32), null);
    }

    @Override
    public NewApiKey createServerSigning(String name, Role role) {
        return create(name, role, KeySigning.SERVER, SERVER_SIGNING + random(24), null);
    }

    @Override
    public NewApiKey createOwnerSigning(String name, Role role, UnaryOperator<String> seal) {
        String secret = PREFIX + random(32);
        String sealed = seal.apply(secret);
        if (sealed.isEmpty() || sealed.length() > LONGEST_SEALED || sealed.contains(secret)) {
            throw new IllegalArgumentException(
                    "what is sealed has 1 to %,d characters, and the secret is not among them"
                            .formatted(LONGEST_SEALED));
        }
        return create(name, role, KeySigning.OWNER, secret, sealed);
    }

    private NewApiKey create(String name, Role role, KeySigning signing, String secret, @Nullable String sealed) {
        String start = secret.substring(0, secret.lastIndexOf('_') + 1 + SHOWN);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        ApiKey key = new ApiKey("key_" + random(16), name, role, signing, start, now, null, null);
        store.create(new SealedApiKey(key, sealed), hash(secret));
        return new NewApiKey(key, secret);
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        RANDOM.ints(length, 0, LETTERS.length()).forEach(i -> text.append(LETTERS.charAt(i)));
        return text.toString();
    }

    @Override
    public List<ApiKey> list() {
        return store.list();
    }

    @Override
    public Optional<ApiKey> find(String secret) {
        byte[] hash = hash(secret);
        return bySecret.find(
                HexFormat.of().formatHex(hash),
                () -> store.find(hash).filter(ApiKey::isGood).map(this::used));
    }

    @Override
    public Optional<SealedApiKey> withId(String id) {
        return byId.find(id, () -> store.withId(id).filter(found -> found.key().isGood()));
    }

    /** Written once a minute, not with every request, and by one of those that come at once. */
    private ApiKey used(ApiKey key) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (isLongAgo(key.lastUsedAt(), now) && isFirstToWrite(key.id(), now)) {
            store.used(key.id(), now);
        }
        return key;
    }

    private boolean isFirstToWrite(String id, Instant now) {
        Instant last = written.get(id);
        if (last == null) {
            return written.putIfAbsent(id, now) == null;
        }
        return isLongAgo(last, now) && written.replace(id, last, now);
    }

    private static boolean isLongAgo(@Nullable Instant last, Instant now) {
        return last == null || last.plus(USE).isBefore(now);
    }

    @Override
    public boolean revoke(String id) {
        boolean known = store.revoke(id);
        bySecret.forget(key -> key.id().equals(id));
        byId.forget(found -> found.key().id().equals(id));
        return known;
    }

    @Override
    public boolean spend(String token, String use, Instant until) {
        return store.spend(hash(token), hash(use), until);
    }

    @Override
    public void unspend(String token, String use) {
        store.unspend(hash(token), hash(use));
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
