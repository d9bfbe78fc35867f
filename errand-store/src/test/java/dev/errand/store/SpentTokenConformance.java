package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Tokens that are good for one use, and which of them were used. */
public abstract class SpentTokenConformance extends StoreTest {
    private static final int AT_ONCE = 16;
    private static final Duration LIFE = Duration.ofHours(1);

    private static byte[] hash(String text) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 32);
    }

    private boolean spend(Store at, String token, String use) {
        return at.apiKeys().spend(hash(token), hash(use), clock.instant().plus(LIFE));
    }

    private boolean spend(String token, String use) {
        return spend(store, token, use);
    }

    @Test
    void aTokenIsSpentOnceInAllProcessesAndLater() {
        assertThat(spend("t", "first")).isTrue();
        assertThat(spend("t", "second")).isFalse();
        assertThat(spend(open(), "t", "third")).isFalse();
        assertThat(spend("u", "first")).as("another token").isTrue();
        reopen();
        assertThat(spend("t", "fourth")).as("later").isFalse();
    }

    @Test
    void ofManyAtOnceOneSpendsIt() throws Exception {
        Store other = open();
        try (ExecutorService spenders = Executors.newFixedThreadPool(AT_ONCE)) {
            CountDownLatch start = new CountDownLatch(AT_ONCE);
            List<Future<Boolean>> spent = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                Store at = i % 2 == 0 ? store : other;
                String use = "use " + i;
                spent.add(spenders.submit(() -> {
                    start.countDown();
                    start.await();
                    return spend(at, "t", use);
                }));
            }
            int count = 0;
            for (Future<Boolean> one : spent) {
                count += one.get() ? 1 : 0;
            }
            assertThat(count).isEqualTo(1);
        }
    }

    @Test
    void whatWasSpentInVainIsGivenBackByWhoSpentIt() {
        spend("t", "first");
        store.apiKeys().unspend(hash("t"), hash("second"));
        assertThat(spend("t", "second")).as("not by others").isFalse();
        open().apiKeys().unspend(hash("t"), hash("first"));
        assertThat(spend("t", "second")).isTrue();
        assertThat(spend("t", "first")).isFalse();
    }

    @Test
    void theSameUseIsOneForAMinute() {
        assertThat(spend("t", "first")).isTrue();
        clock.advance(MINUTE);
        assertThat(spend(open(), "t", "first")).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(spend("t", "first")).as("from the first on").isFalse();
    }

    @Test
    void onceAUseWasSaidAgainItIsNotGivenBack() {
        spend("t", "first");
        spend("t", "first");
        store.apiKeys().unspend(hash("t"), hash("first"));
        assertThat(spend("t", "second")).isFalse();
    }

    @Test
    void itIsRememberedAsLongAsTheTokenIsGoodAndNoLonger() {
        spend("t", "first");
        clock.advance(LIFE);
        assertThat(spend("t", "second")).as("to the last").isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(spend("t", "third")).as("forgotten").isTrue();
    }
}
