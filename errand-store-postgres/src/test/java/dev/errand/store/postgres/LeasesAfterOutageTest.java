package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.Look;
import dev.errand.store.StoreSettings;
import dev.errand.store.TestClock;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The database is away for a while, and one node comes back first: whoever lives keeps its lease, whoever does not is found. Nodes look as
 * their keepers do, on a clock that goes from one look to the next.
 */
class LeasesAfterOutageTest {
    private static final Duration BEAT = Duration.ofSeconds(5);
    /** As its keeper was at something else. */
    private static final Duration LATE_BEAT = Duration.ofMillis(5_500);

    private static final Duration AGAIN = Duration.ofMillis(500);
    /** Until a question is given up that gets no answer, and asked again. */
    private static final Duration HANGS = Duration.ofMillis(4_500);

    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** In tenths of a second. */
    private static final int[] OUTAGES = {5, 40, 65, 69, 71, 80, 90, 100, 110, 119, 121, 140, 300};

    private static final int[] SOME_OUTAGES = {40, 69, 71, 119, 300};

    /** How long before the outage the first to come back has looked, likewise. */
    private static final int[] LAST_LOOKS = {1, 25, 49};

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Connection stranger = server.connect(database);
    private final TestClock clock = new TestClock();
    private final List<Keeping> nodes = new ArrayList<>();
    private Instant away = Instant.MAX;
    private Instant back = Instant.MAX;

    /** A node, and when it looks. */
    private final class Keeping {
        private final PostgresStore store = open();
        private final Duration pause;
        private final long number = store.join("node", 1);
        private Instant next = clock.instant();
        private Instant last = next;
        private Instant cutOffUntil = Instant.MIN;
        private boolean hangs;
        private boolean looks = true;

        Keeping(Duration pause) {
            this.pause = pause;
            nodes.add(this);
        }

        void dies() {
            nodes.remove(this);
            store.abandon();
        }

        void turn() {
            Instant now = clock.instant();
            boolean reaches = !now.isBefore(cutOffUntil) && (now.isBefore(away) || !now.isBefore(back));
            next = now.plus(reaches ? look() : hangs ? HANGS : AGAIN);
            last = reaches ? now : last;
        }

        private Duration look() {
            if (!looks) {
                assertThat(store.beat()).as("its lease").isPresent();
                return pause;
            }
            Look look = store.look().orElseThrow(() -> new AssertionError("its lease was lost"));
            if (look.recover()) {
                store.recover();
            }
            return look.again().compareTo(pause) < 0 ? look.again() : pause;
        }

        boolean isGone() throws SQLException {
            try (Statement statement = stranger.createStatement();
                    ResultSet row = statement.executeQuery("select gone from errand.node where number = " + number)) {
                row.next();
                return row.getObject(1) != null;
            }
        }
    }

    private PostgresStore open() {
        return PostgresStore.open(Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock)), clock);
    }

    @AfterEach
    void close() throws SQLException {
        stranger.close();
        nodes.forEach(node -> node.store.close());
        server.dropDatabase(database);
    }

    /** Lets all look when it is their turn. */
    private void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        for (Keeping first = first(); first.next.isBefore(end); first = first()) {
            clock.advance(Duration.between(clock.instant(), first.next));
            first.turn();
        }
        clock.advance(Duration.between(clock.instant(), end));
    }

    private Keeping first() {
        return nodes.stream().min(Comparator.comparing(node -> node.next)).orElseThrow();
    }

    private static Duration tenths(long tenths) {
        return Duration.ofMillis(100 * tenths);
    }

    /** A node beats as late as it may; then the database is away, when it should have beaten again; and when it is back that node has just asked in vain. */
    private void outage(Keeping slow, Duration length) {
        slow.next = clock.instant();
        pass(slow.pause);
        away = clock.instant();
        back = away.plus(length);
        slow.next = back.minusMillis(1);
    }

    /** How long it takes until a dead node is taken for that. */
    private Duration untilGone(Keeping dead, Instant since) throws SQLException {
        while (!dead.isGone()) {
            assertThat(clock.instant())
                    .as("it is taken for dead")
                    .isBefore(since.plus(LONGEST).plus(LONGEST));
            pass(Duration.between(clock.instant(), first().next).plusMillis(1));
        }
        return Duration.between(since, clock.instant());
    }

    @Test
    void whoLivesIsNotTakenForDeadByThoseWhoComeBackFirst() throws SQLException {
        Keeping slow = new Keeping(LATE_BEAT);
        slow.hangs = true;
        List<Keeping> quick = List.of(new Keeping(BEAT));
        for (int round = 1; round <= 2; round++) {
            for (int length : OUTAGES) {
                for (int before : LAST_LOOKS) {
                    Instant last = clock.instant().plus(LATE_BEAT).minus(tenths(before));
                    quick.forEach(node -> node.next = last.minusMillis(1));
                    outage(slow, tenths(length));
                    pass(tenths(length).plus(LONGEST).plus(LONGEST));
                    assertThat(slow.isGone())
                            .as("away for %d, looked %d before", length, before)
                            .isFalse();
                }
            }
            quick = List.of(quick.getFirst(), new Keeping(BEAT));
        }
    }

    @Test
    void whoLivesIsNotTakenForDeadByWhoHasJustStarted() throws SQLException {
        Keeping slow = new Keeping(LATE_BEAT);
        slow.hangs = true;
        for (int length : SOME_OUTAGES) {
            outage(slow, tenths(length));
            pass(tenths(length));
            Keeping started = new Keeping(BEAT);
            pass(LONGEST);
            assertThat(slow.isGone()).as("away for %d", length).isFalse();
            started.store.close();
            nodes.remove(started);
        }
    }

    /** The other never looks, and only says that it lives. */
    @Test
    void whoLivesIsNotTakenForDeadByWhoseOwnConnectionWasBroken() throws SQLException {
        Keeping looks = new Keeping(BEAT);
        Keeping beats = new Keeping(LATE_BEAT);
        beats.looks = false;
        Keeping dead = new Keeping(BEAT);
        pass(BEAT);
        dead.dies();
        looks.cutOffUntil = clock.instant().plusSeconds(40);
        pass(Duration.ofSeconds(40));
        assertThat(dead.isGone()).isFalse();
        assertThat(untilGone(dead, looks.cutOffUntil))
                .as("the other could beat all the time")
                .isLessThan(BEAT);
        assertThat(beats.isGone()).isFalse();
        assertThat(looks.isGone()).isFalse();
    }

    /** Whether it led or not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoDiesIsTakenForDeadWithinTwentySecondsOfItsLastBeat(boolean leads) throws SQLException {
        Keeping first = new Keeping(BEAT);
        pass(BEAT);
        for (int before : LAST_LOOKS) {
            Keeping second = new Keeping(BEAT);
            second.next = first.next.minus(tenths(before));
            pass(LONGEST);
            Keeping dead = leads ? first : second;
            dead.dies();
            assertThat(untilGone(dead, dead.last))
                    .as("looked %d before", before)
                    .isLessThan(LONGEST);
            first = leads ? second : first;
        }
    }

    /** The second is not dead yet when the first is taken for that. */
    @Test
    void whoDiesAlongWithAnotherIsTakenForDeadInTimeAsWell() throws SQLException {
        Keeping lives = new Keeping(BEAT);
        for (int apart : LAST_LOOKS) {
            Keeping first = new Keeping(BEAT);
            Keeping second = new Keeping(BEAT);
            second.next = first.next.plus(tenths(apart));
            pass(BEAT.plus(BEAT).plus(tenths(apart)).plusMillis(1));
            first.dies();
            second.dies();
            assertThat(untilGone(first, first.last)).isLessThan(LONGEST);
            assertThat(untilGone(second, second.last)).as("%d later", apart).isLessThan(LONGEST);
        }
        assertThat(lives.isGone()).isFalse();
    }

    /** There is no other that looks, or beats. */
    @Test
    void whoLooksLateOnceTakesNoLongerForThoseWhoDied() throws SQLException {
        Keeping lives = new Keeping(BEAT);
        Keeping dead = new Keeping(BEAT);
        pass(BEAT.plusMillis(1));
        dead.dies();
        pass(Duration.ofSeconds(11));
        lives.next = lives.next.plusMillis(5_900);
        assertThat(untilGone(dead, dead.last)).isLessThan(LONGEST);
    }

    @Test
    void whoDiedWhileTheDatabaseWasAwayIsTakenForDeadSoonAfter() throws SQLException {
        Keeping lives = new Keeping(LATE_BEAT);
        for (int length : SOME_OUTAGES) {
            Keeping dead = new Keeping(BEAT);
            outage(lives, tenths(length));
            dead.dies();
            pass(tenths(length));
            assertThat(untilGone(dead, back)).as("away for %d", length).isLessThan(LONGEST);
        }
    }
}
