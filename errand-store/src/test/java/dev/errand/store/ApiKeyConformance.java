package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.ApiKey;
import dev.errand.KeySigning;
import dev.errand.Role;
import dev.errand.SealedApiKey;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Keys of programs, found by the hash of their secret. */
public abstract class ApiKeyConformance extends StoreTest {
    private ApiKey key(String id, Role role) {
        return new ApiKey(id, "nightly jobs ü😀", role, KeySigning.NONE, "tr_dev_abcd", clock.instant(), null, null);
    }

    private void create(ApiKey key, byte[] hash) {
        store.apiKeys().create(new SealedApiKey(key, null), hash);
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
            create(key("key_" + role, role), role == Role.OPERATOR ? hash : hash());
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
        create(key("key_b", Role.VIEWER), hash());
        create(key("key_a", Role.VIEWER), hash());
        clock.advance(MINUTE);
        create(key("key_0", Role.ADMIN), hash());
        assertThat(store.apiKeys().list()).extracting(ApiKey::id).containsExactly("key_a", "key_b", "key_0");
    }

    @Test
    void whatIsSentTwiceIsStoredOnce() {
        byte[] hash = hash();
        ApiKey key = key("key_a", Role.VIEWER);
        create(key, hash);
        create(key, hash);
        create(key("key_a", Role.ADMIN), hash());
        assertThat(store.apiKeys().list()).containsExactly(key);
        assertThat(store.apiKeys().find(hash)).contains(key);
    }

    @Test
    void theLatestUseIsKept() {
        create(key("key_a", Role.VIEWER), hash());
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
        create(key("key_a", Role.VIEWER), hash);
        Instant revoked = clock.instant();
        assertThat(store.apiKeys().revoke("key_a")).isTrue();
        clock.advance(MINUTE);
        assertThat(store.apiKeys().revoke("key_a")).isTrue();
        assertThat(store.apiKeys().revoke("key_none")).isFalse();
        ApiKey key = store.apiKeys().find(hash).orElseThrow();
        assertThat(key.revokedAt()).isEqualTo(revoked);
        assertThat(key.isGood()).isFalse();
    }

    @Test
    void whoSignsIsKeptAndWhatWasSealedIsFoundById() {
        Instant now = clock.instant();
        ApiKey owners = new ApiKey("key_a", "a", Role.VIEWER, KeySigning.OWNER, "tr_dev_abcd", now, null, null);
        ApiKey servers = new ApiKey("key_b", "b", Role.VIEWER, KeySigning.SERVER, "tr_dev_sk_abcd", now, null, null);
        store.apiKeys().create(new SealedApiKey(owners, "1.sealed"), hash());
        create(servers, hash());
        create(key("key_c", Role.VIEWER), hash());
        assertThat(store.apiKeys().list()).containsExactly(owners, servers, key("key_c", Role.VIEWER));
        assertThat(open().apiKeys().withId("key_a")).contains(new SealedApiKey(owners, "1.sealed"));
        assertThat(store.apiKeys().withId("key_b")).contains(new SealedApiKey(servers, null));
        assertThat(store.apiKeys().withId("key_none")).isEmpty();
        store.apiKeys().revoke("key_a");
        assertThat(store.apiKeys().withId("key_a").orElseThrow().key().isGood()).isFalse();
    }
}
