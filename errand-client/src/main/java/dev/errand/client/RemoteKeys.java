package dev.errand.client;

import dev.errand.ApiKey;
import dev.errand.ApiKeys;
import dev.errand.KeySigning;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.SealedApiKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The keys of the store, for administrators. What servers do with them is theirs. */
final class RemoteKeys implements ApiKeys {
    private static final String KEYS = "keys";

    private final Server server;

    private record Wanted(String name, String role, String signing) {}

    private record Told(
            String id,
            String name,
            String role,
            String signing,
            String start,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt,
            @Nullable String secret) {
        ApiKey key() {
            return new ApiKey(
                    id,
                    name,
                    Role.valueOf(role.toUpperCase(Locale.ROOT)),
                    KeySigning.valueOf(signing.toUpperCase(Locale.ROOT)),
                    start,
                    createdAt,
                    lastUsedAt,
                    revokedAt);
        }
    }

    private record All(List<Told> data) {}

    RemoteKeys(Server server) {
        this.server = server;
    }

    @Override
    public NewApiKey create(String name, Role role) {
        return create(name, role, KeySigning.NONE);
    }

    @Override
    public NewApiKey createServerSigning(String name, Role role) {
        return create(name, role, KeySigning.SERVER);
    }

    /** The server seals it; nobody else can open it. */
    @Override
    public NewApiKey createOwnerSigning(String name, Role role, UnaryOperator<String> seal) {
        return create(name, role, KeySigning.OWNER);
    }

    private NewApiKey create(String name, Role role, KeySigning signing) {
        Ask ask = Ask.post(Address.path(KEYS), new Wanted(name, lower(role), lower(signing)));
        Told told = server.ask(ask, Told.class);
        return new NewApiKey(told.key(), Objects.requireNonNull(told.secret(), "secret"));
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<ApiKey> list() {
        return server.ask(Ask.get(Address.path(KEYS)), All.class).data().stream()
                .map(Told::key)
                .toList();
    }

    @Override
    public boolean revoke(String id) {
        Reply reply = server.answered(Ask.delete(Address.path(KEYS, id)).repeated());
        if (reply.status() == 404) {
            return false;
        }
        server.ok(reply);
        return true;
    }

    private static UnsupportedOperationException checking() {
        return NoEngine.unsupported(
                "a key is checked", "send it along with a request: the server says whether it takes it");
    }

    @Override
    public Optional<ApiKey> find(String secret) {
        throw checking();
    }

    @Override
    public Optional<SealedApiKey> withId(String id) {
        throw checking();
    }

    @Override
    public boolean spend(String token, String use, Instant until) {
        throw checking();
    }

    @Override
    public void unspend(String token, String use) {
        throw checking();
    }
}
