package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.ApiKey;
import dev.errand.Role;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Keys of programs, found by the hash of their secret. */
public abstract class ApiKeyConformance extends StoreTest {
    private ApiKey key(String id, Role role) {
        return new ApiKey(id, "nightly jobs ü😀", role, "tr_dev_abcd", clock.instant(), null, null);
    }

    private static byte[] hash() {
        byte[] hash = new byte[32];
        ThreadLocalRandom.current().nextBytes(hash);
        return hash;
    }

    private ApiKey stored(String id) {
        return store.apiKeys().list().stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKeyIsFoundByItsHashInEveryProcessAndLater() {
        byte[] hash = hash();
        for (Role role : Role.values()) {
            store.apiKeys().create(key("key_" + role, role), role == Role.OPERATOR ? hash : hash());
        }
        ApiKey operator = key("key_OPERATOR", Role.OPERATOR);
        assertThat(store.apiKeys().find(hash)).contains(operator);
        assertThat(open().apiKeys().find(hash)).as("in another process").contains(operator);
        reopen();
        assertThat(store.apiKeys().find(hash)).as("later").contains(operator);
        byte[] oneBitOff = hash.clone();
        oneBitOff[31] ^= 1;
        assertThat(store.apiKeys().find(oneBitOff)).isEmpty();
    }

    @Test
    void theyAreListedTheOldestFirst() {
        store.apiKeys().create(key("key_b", Role.VIEWER), hash());
        store.apiKeys().create(key("key_a", Role.VIEWER), hash());
        clock.advance(MINUTE);
        store.apiKeys().create(key("key_0", Role.ADMIN), hash());
        assertThat(store.apiKeys().list()).extracting(ApiKey::id).containsExactly("key_a", "key_b", "key_0");
    }

    @Test
    void whatIsSentTwiceIsStoredOnce() {
        byte[] hash = hash();
        ApiKey key = key("key_a", Role.VIEWER);
        store.apiKeys().create(key, hash);
        store.apiKeys().create(key, hash);
        store.apiKeys().create(key("key_a", Role.ADMIN), hash());
        assertThat(store.apiKeys().list()).containsExactly(key);
        assertThat(store.apiKeys().find(hash)).contains(key);
    }

    @Test
    void theLatestUseIsKept() {
        store.apiKeys().create(key("key_a", Role.VIEWER), hash());
        assertThat(stored("key_a").lastUsedAt()).isNull();
        Instant use = clock.instant();
        store.apiKeys().used("key_a", use);
        store.apiKeys().used("key_a", use.minus(MINUTE));
        store.apiKeys().used("key_none", use);
        assertThat(stored("key_a").lastUsedAt()).isEqualTo(use);
    }

    @Test
    void aKeyIsRevokedOnceAndForAll() {
        byte[] hash = hash();
        store.apiKeys().create(key("key_a", Role.VIEWER), hash);
        Instant revoked = clock.instant();
        assertThat(store.apiKeys().revoke("key_a")).isTrue();
        clock.advance(MINUTE);
        assertThat(store.apiKeys().revoke("key_a")).isTrue();
        assertThat(store.apiKeys().revoke("key_none")).isFalse();
        ApiKey key = store.apiKeys().find(hash).orElseThrow();
        assertThat(key.revokedAt()).isEqualTo(revoked);
        assertThat(key.isGood()).isFalse();
    }
}
