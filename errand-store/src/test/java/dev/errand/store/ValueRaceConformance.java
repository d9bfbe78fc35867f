package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Invariant: whichever commits first, the wait for a value or its change, no run stays WAITING whose value is not what it has read, once
 * somebody has looked.
 */
public abstract class ValueRaceConformance extends ValueTest {
    private static final String BALANCE = "balance";
    private static final List<String> NAMES = List.of("a", "b", "c");

    /** The wait and the change begin together; a look of another node may come between. */
    @Test
    void aValueThatIsChangedWhileARunBeginsToWaitWakesIt() {
        Store other = openNode("other");
        for (int round = 0; round < 100; round++) {
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            SeenValue seen = seen(BALANCE);
            byte[] json = bytes(round % 10 == 9 ? null : Integer.toString(round));
            CompletableFuture<?> change = aside(
                    () -> other.values().set(BALANCE, seen.version(), json).orElseThrow());
            CompletableFuture<List<Receipt>> wait =
                    aside(() -> await(store.record(List.of(waitingInStep(claim, seen)))));
            CompletableFuture<?> look = aside(other::advance);
            await(change);
            await(look);
            assertThat(await(wait)).containsExactly(Receipt.RECORDED);
            advanceAll();
            assertThat(state(run)).as("in round %d", round).isEqualTo(RunState.QUEUED);
            record(completed(claimOne()));
        }
    }

    @Test
    void aTransactionThatIsOpenWhileARunBeginsToWaitWakesItWithItsCommit() throws SQLException {
        Store other = openNode("other");
        for (int round = 0; round < 40; round++) {
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            SeenValue seen = seen(BALANCE);
            CompletableFuture<List<Receipt>> wait;
            CompletableFuture<?> look;
            try (Connection connection = connect()) {
                set(connection, BALANCE, Integer.toString(round));
                wait = aside(() -> await(store.record(List.of(waitingInStep(claim, seen)))));
                look = aside(other::advance);
                connection.commit();
            }
            assertThat(await(wait)).containsExactly(Receipt.RECORDED);
            await(look);
            advanceAll();
            assertThat(state(run)).as("in round %d", round).isEqualTo(RunState.QUEUED);
            record(completed(claimOne()));
        }
    }

    /** Of each of two nodes runs begin to wait while both change some of what they wait for, and look. */
    @Test
    void amongManyNobodyIsLeftWaitingAndNobodyGoesOnForNothing() {
        Store other = open();
        other.join("other", 100);
        Random random = new Random(7);
        for (int round = 0; round < 40; round++) {
            List<CompletableFuture<?>> all = new ArrayList<>();
            Map<RunId, SeenValue> waits = new HashMap<>();
            Set<String> touched = new HashSet<>();
            for (Store by : List.of(store, other)) {
                by.enqueue(NewRuns.many(5, GREET, clock));
                List<Report> some = new ArrayList<>();
                while (some.size() < 5) {
                    for (Claim claim : claim(by, 5 - some.size())) {
                        SeenValue seen = seen(NAMES.get(random.nextInt(NAMES.size())));
                        waits.put(claim.run(), seen);
                        some.add(random.nextBoolean() ? waitingInStep(claim, seen) : waiting(claim, null, false, seen));
                    }
                }
                String changed = NAMES.get(random.nextInt(NAMES.size()));
                String json = random.nextInt(4) == 0 ? null : "1";
                touched.add(changed);
                all.add(aside(() -> await(by.record(some))));
                all.add(aside(() -> set(by, changed, json)));
                all.add(aside(by::advance));
            }
            all.forEach(StoreTest::await);
            advanceAll();
            for (Map.Entry<RunId, SeenValue> wait : waits.entrySet()) {
                SeenValue seen = wait.getValue();
                if (seen.version() != version(seen.name())) {
                    assertThat(state(wait.getKey())).as("in round %d", round).isEqualTo(RunState.QUEUED);
                } else if (!touched.contains(seen.name())) {
                    assertThat(state(wait.getKey())).as("in round %d", round).isEqualTo(RunState.WAITING);
                }
                store.purge(wait.getKey(), true);
            }
        }
    }
}
