package dev.errand.engine;

import dev.errand.ApiKey;
import dev.errand.ApiKeys;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.store.ApiKeyStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of programs. A secret is 190 random bits, so that its plain hash is as hard to guess as itself. Keys that were found are remembered
 * for a second, since a program shows its key with every request; what was not found is asked anew each time, so that strangers fill no memory.
 */
final class StoredApiKeys implements ApiKeys {
    /** As clients of the HTTP API expect them; without {@code sk_} they sign tokens by themselves. */
    private static final String PREFIX = "tr_dev_";

    private static final int START = PREFIX.length() + 4;
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration USE = Duration.ofMinutes(1);
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private record Seen(ApiKey key, long nanos) {
        boolean isFresh() {
            return System.nanoTime() - nanos < FRESH;
        }
    }

    private final ApiKeyStore store;
    private final Clock clock;
    /** By the hash of the secret. */
    private final Map<ByteBuffer, Seen> seen = new ConcurrentHashMap<>();
    /** When the use of a key was last written from here, by its id. */
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    StoredApiKeys(ApiKeyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public NewApiKey create(String name, Role role) {
        String secret = PREFIX + random(32);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        ApiKey key = new ApiKey("key_" + random(16), name, role, secret.substring(0, START), now, null, null);
        store.create(key, hash(secret));
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
        Seen before = seen.get(ByteBuffer.wrap(hash));
        if (before != null && before.isFresh()) {
            return Optional.of(before.key());
        }
        long asked = System.nanoTime(); // one that is revoked from now on is good no longer than a second
        Optional<ApiKey> found = store.find(hash).filter(ApiKey::isGood).map(this::used);
        found.ifPresentOrElse(
                key -> seen.put(ByteBuffer.wrap(hash), new Seen(key, asked)), () -> seen.remove(ByteBuffer.wrap(hash)));
        return found;
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
        seen.values().removeIf(each -> each.key().id().equals(id));
        return known;
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
