package dev.errand.store.postgres;

import static dev.errand.store.postgres.ValueNodes.bytes;
import static dev.errand.store.postgres.ValueNodes.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.CommitListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Whom a change of a value is told: all who watch values, and who looks after runs only if one waits for it. */
class ValueNoticesTest {
    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    /** What one node's keeper and watchers are told. */
    private static final class Told implements CommitListener {
        private final Semaphore looks = new Semaphore(0);
        private final Semaphore values = new Semaphore(0);

        static Told by(PostgresStore store) {
            Told told = new Told();
            store.onCommit(told);
            return told;
        }

        @Override
        public void events(boolean foreign) {}

        @Override
        public void requests() {
            looks.release();
        }

        @Override
        public void values() {
            values.release();
        }

        void awaitValues() throws InterruptedException {
            assertThat(values.tryAcquire(60, TimeUnit.SECONDS)).as("values").isTrue();
        }

        void awaitLook() throws InterruptedException {
            assertThat(looks.tryAcquire(60, TimeUnit.SECONDS)).as("looks").isTrue();
        }

        /** Of what was told before, all has come. */
        int looksSoFar() {
            return looks.drainPermits();
        }
    }

    /** A turn of a keeper is a commit and many statements; and a value may be set a hundred times a second. */
    @Test
    void noNodeLooksForWhatNobodyWaitsFor() throws Exception {
        nodes.waits("another");
        Told here = Told.by(nodes.first);
        Told there = Told.by(nodes.second);
        for (int i = 0; i < 20; i++) {
            set(nodes.first, "counter", Integer.toString(i));
        }
        here.awaitValues();
        there.awaitValues();
        assertThat(here.looksSoFar()).isZero();
        set(nodes.first, "another", "1"); // is told in the same order
        there.awaitLook();
        here.awaitLook();
        assertThat(there.looksSoFar()).as("looks that nobody needed").isZero();
    }

    @Test
    void allNodesLookForWhoWaitsAndSoDoTheyForWhoBeganToUnseen() throws Exception {
        Claim open = nodes.waits("value");
        Told here = Told.by(nodes.first);
        Told there = Told.by(nodes.second);
        set(nodes.first, "value", "1");
        here.awaitLook();
        there.awaitLook();
        nodes.second.advance();
        assertThat(nodes.state(open.run())).isEqualTo(RunState.QUEUED);
        Claim unseen = ValueNodes.claimed(nodes.first, 1).getFirst();
        ValueNodes.record(nodes.first, ValueNodes.waiting(unseen, true, nodes.seen("value")));
        here.looksSoFar();
        there.looksSoFar();
        assertThat(nodes.second.values().set("value", nodes.seen("value").version(), bytes("2")))
                .isPresent();
        here.awaitLook();
        there.awaitLook();
    }

    /** Where nobody was told, the change is found by whoever looks next. */
    @Test
    void whoBeginsToWaitForWhatChangedBeforeGoesOn() throws Exception {
        var seen = nodes.seen("value");
        Claim late = ValueNodes.claimed(nodes.first, 1).getFirst();
        set(nodes.second, "value", "1");
        ValueNodes.record(nodes.first, ValueNodes.waiting(late, true, seen));
        nodes.first.advance();
        assertThat(nodes.state(late.run())).isEqualTo(RunState.QUEUED);
    }

    /** Its node was killed before it told anybody. */
    @Test
    void aChangeOfWhichNobodyWasToldIsNoticedThoughMuchElseIsHeard() throws Exception {
        Told here = Told.by(nodes.first);
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Boolean> others = ValueNodes.aside(() -> {
            while (!stop.get()) {
                nodes.server.execute(nodes.database, "select pg_notify('errand', 'somebody:e')");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            return true;
        });
        here.awaitValues();
        here.awaitValues();
        stop.set(true);
        ValueNodes.get(others);
    }

    /** Who is gone may not have told its last. */
    @Test
    void whoHearsThatANodeIsGoneReadsItsValuesAnew() throws Exception {
        Told here = Told.by(nodes.first);
        long began = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            nodes.server.execute(nodes.database, "select pg_notify('errand', 'somebody:n')");
            here.awaitValues();
        }
        assertThat(System.nanoTime() - began)
                .as("by themselves they would come every two seconds")
                .isLessThan(TimeUnit.SECONDS.toNanos(30));
    }

    /** Without it they would be noticed as well, some seconds later. */
    @Test
    void notificationsSayThatAValueHasChangedAndThatSomebodyWaitsForIt() throws Exception {
        nodes.waits("value");
        try (Connection hears = nodes.server.connect(nodes.database);
                Connection users = nodes.begin()) {
            ValueNodes.execute(hears, "listen errand");
            set(nodes.first, "counter", "1");
            awaitLetters(hears, "v");
            set(nodes.first, "value", "1");
            awaitLetters(hears, "v", "a");
            nodes.first.values().set(users, "counter", bytes("2"));
            users.commit();
            awaitLetters(hears, "v", "a");
        }
    }

    private static void awaitLetters(Connection hears, String... letters) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String heard = "";
        while (!List.of(letters).stream().allMatch(heard::contains)) {
            assertThat(System.nanoTime()).as("heard: " + heard).isLessThan(deadline);
            PGNotification[] all = hears.unwrap(PGConnection.class).getNotifications(1_000);
            for (PGNotification each : all == null ? new PGNotification[0] : all) {
                heard += each.getParameter().substring(each.getParameter().indexOf(':'));
            }
        }
    }
}
