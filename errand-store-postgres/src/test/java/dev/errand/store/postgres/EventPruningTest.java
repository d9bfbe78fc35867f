package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nodes that delete events at the same time, under a durable subscription, whose losses a database trigger counts. */
class EventPruningTest extends TwoNodes {
    private static final Retention AN_HOUR = Retention.forever().withEvents(Duration.ofHours(1));
    private static final Retention FIVE_HOURS = Retention.forever().withEvents(Duration.ofHours(5));
    private static final Retention SIX_EVENTS =
            Retention.forever().withEvents(null).withMostEvents(6);
    private static final String EVENTS = "select count(*) from errand.event where position > 1000000";

    /** Of the stream of a node's outcomes. */
    private void event(long node, int position, int hours) {
        server.execute(database, """
                insert into errand.event (stream, position, at, node, events, body)
                values (%d, %d, errand.now() - %d * 3600000000, %d, 3, '')
                """.formatted(Streams.record(node), position, hours, node));
    }

    private void awaitEvents(int number) {
        await(EVENTS, number);
    }

    /** One that finds a deadlock would wait for longer than its connection does. */
    @Test
    void twoWhoKeepThemForDifferentTimesDoNotWaitForEachOther() throws Exception {
        server.execute("alter database " + database + " set deadlock_timeout = '5min'");
        first.subscriptions().create("desk", true);
        long older = Math.min(node(first), node(second));
        long newer = Math.max(node(first), node(second));
        event(older, 1_000_001, 2);
        event(newer, 1_000_002, 10);
        try (PostgresStore one = open(CLOCK);
                PostgresStore other = open(CLOCK);
                Connection holder = server.connect(database)) {
            holder.setAutoCommit(false);
            execute(holder, "select * from errand.subscription for update");
            CompletableFuture<Integer> both = aside(() -> one.prune(AN_HOUR, 100));
            awaitBlocked(1);
            get(aside(() -> other.prune(FIVE_HOURS, 100)));
            assertThat(both).isNotDone();
            assertThat(server.query(database, EVENTS)).isEqualTo("2");
            holder.rollback();
            get(both);
            awaitEvents(0);
            assertThat(server.query(database, "select sum(lost) from errand.subscription_place"))
                    .isEqualTo("6");
        }
    }

    @Test
    void whoFindsAnotherAtItLeavesAndLooksAgainTheNextTime() throws Exception {
        for (int position = 1_000_001; position <= 1_000_005; position++) {
            event(node(first), position, 0);
        }
        try (PostgresStore one = open(CLOCK);
                Connection another = server.connect(database)) {
            another.setAutoCommit(false);
            execute(another, "select pg_advisory_xact_lock(hashtextextended('errand.prune', 0))");
            get(aside(() -> one.prune(SIX_EVENTS, 100)));
            assertThat(server.query(database, EVENTS)).isEqualTo("5");
            another.rollback();
            get(aside(() -> one.prune(SIX_EVENTS, 100)));
            awaitEvents(2);
        }
    }

    private static long node(PostgresStore store) {
        return store.nodes().stream()
                .filter(node -> node.self())
                .findFirst()
                .orElseThrow()
                .number();
    }
}
