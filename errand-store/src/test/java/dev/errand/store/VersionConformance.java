package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.NodeInfo;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which version of the code nodes have, and which made an attempt. */
public abstract class VersionConformance extends StoreTest {
    private static final Duration LONG = Duration.ofDays(40);

    @Test
    void aNodeTellsWhichVersionOfItsCodeItHas() {
        store.join("new", 1, "2.4.1 β");
        openNode("tells nothing");
        assertThat(store.nodes()).extracting(NodeInfo::version).containsExactly("2.4.1 β", null);
    }

    @Test
    void ofEachAttemptItIsKnownWhichVersionMadeIt() {
        RunId run = enqueueGreet();
        store.join("before", 1, "1.0");
        record(retried(claimOne(), Duration.ZERO));
        assertThat(info(run).version()).as("nobody holds it").isNull();
        reopen();
        long node = store.join("after", 1, "2.0");
        Claim claim = claimOne();
        record(new Report.Started(claim, clock.instant()));
        assertThat(info(run)).extracting(RunInfo::node, RunInfo::version).containsExactly(node, "2.0");
        assertThat(store.attempts(run)).extracting(Attempt::version).containsExactly("1.0", "2.0");
        record(completed(claim));
        reopen();
        assertThat(store.nodes()).isEmpty();
        assertThat(info(run)).extracting(RunInfo::node, RunInfo::version).containsExactly(node, "2.0");
        assertThat(store.list(RunQuery.all()).items())
                .extracting(RunInfo::version)
                .containsExactly("2.0");
        assertThat(store.attempts(run)).extracting(Attempt::version).containsExactly("1.0", "2.0");
    }

    @Test
    void noneIsKnownOfNodesThatDoNotSayIt() {
        RunId run = enqueueGreet();
        assertThat(info(run).version()).isNull();
        store.join("first", 1);
        record(completed(claimOne()));
        assertThat(info(run).version()).isNull();
        assertThat(store.attempts(run)).extracting(Attempt::version).containsOnlyNulls();
    }

    @Test
    void aVersionIsForgottenWhenRunsOfItsNodeWouldHaveBeenDeleted() {
        RunId run = enqueueGreet();
        store.join("before", 1, "1.0");
        record(failed(claimOne(), true)); // stays until it is retried
        prune(Retention.all(LONG.multipliedBy(3)));
        assertThat(info(run).version()).as("its node lives").isEqualTo("1.0");
        store.leave();
        prune(Retention.all(LONG.multipliedBy(3)));
        assertThat(info(run).version()).as("runs are kept for longer").isEqualTo("1.0");
        prune(Retention.all(LONG.minusDays(1)));
        assertThat(info(run).version()).isNull();
    }

    /** A long time passes between one and the other. */
    private void prune(Retention retention) {
        for (int times = 0; times < 3; times++) {
            store.prune(retention, 100);
            clock.advance(LONG.dividedBy(2));
        }
        store.prune(retention, 100);
    }
}
