package dev.errand.store.postgres;

import static dev.errand.store.postgres.ValueNodes.CLOCK;
import static dev.errand.store.postgres.ValueNodes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left behind by changes of values, for those who look after them. */
class ValueChangesTest {
    private static final int RUNS = 700;
    private static final Awaiting.Child BEGINNING = new Awaiting.Child(new RunId(0, 0), new RunId(0, 0));

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private String query(String sql) {
        return String.valueOf(nodes.server.query(nodes.database, sql));
    }

    /** Who missed that is told by his look every few seconds that there is something to do. */
    @Test
    void whatNobodyWasToldOfIsFoundByTheNextLook() throws Exception {
        Claim claim = nodes.waits("value");
        nodes.server.execute(
                nodes.database,
                "insert into errand.value (subject, name, version, value, at) values ('%1$s', 'value', nextval('errand.value_version'), '1', 0);"
                                .formatted(ValueRows.subject("value"))
                        + " insert into errand.changed (version, subject) select version, subject from errand.value");
        assertThat(nodes.first.look().orElseThrow().due()).isBefore(CLOCK.instant());
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** Waits end for values that have changed, and for no others. */
    @Test
    void manyWaitsForManyValuesAreMarkedOnePartAfterTheOther() {
        nodes.server.execute(nodes.database, """
                insert into errand.value (subject, name, version, value, at)
                select md5(i::text)::uuid, 'value ' || i, 1000 + i, '1', 0 from generate_series(1, 5) i;
                insert into errand.awaited (run, kind, subject, state, armed, version)
                select run, 2, md5(i::text)::uuid, 0, i %% 3, case when i <= 3 then 0 else 1000 + i end
                  from (select gen_random_uuid() as run from generate_series(1, %d)) r cross join generate_series(1, 5) i;
                insert into errand.changed (version, subject)
                select 10 * n + i, md5(i::text)::uuid from generate_series(1, 4) i cross join generate_series(1, 20) n;
                """.formatted(RUNS));
        Optional<Instant> next = nodes.first.advance();
        assertThat(next.orElseThrow()).isBefore(CLOCK.instant());
        assertThat(query("select count(distinct after) from errand.changed"))
                .as("how far it has come")
                .isEqualTo("1");
        assertThat(Long.parseLong(query("select count(*) from errand.awaited where state <> 0")))
                .isBetween(300L, 600L);
        for (int parts = 1; parts < 20; parts++) {
            nodes.first.advance();
        }
        assertThat(query("select count(*) from errand.changed")).isEqualTo("0");
        assertThat(query("select string_agg(distinct state::text, ',') from errand.awaited where version = 0"))
                .isEqualTo("2");
        assertThat(
                        query(
                                "select string_agg(distinct state::text, ',') from errand.awaited where subject = md5('4')::uuid"))
                .as("what was changed and is what was read")
                .isEqualTo("0");
        assertThat(
                        query(
                                "select string_agg(distinct state::text, ',') from errand.awaited where subject = md5('5')::uuid"))
                .as("what was not changed")
                .isEqualTo("0");
        assertThat(nodes.first.advance().filter(due -> due.isBefore(CLOCK.instant())))
                .isEmpty();
    }

    /** Who begins to wait meanwhile may come before those that were marked already: of the next change it is begun at the beginning. */
    @Test
    void whoBeginsToWaitBetweenTwoPartsGoesOnWithTheNextChange() throws Exception {
        Claim early = ValueNodes.claimed(nodes.first, 1).getFirst();
        SeenValue none = nodes.seen("value");
        List<Report> waits = new ArrayList<>();
        for (Claim claim : ValueNodes.claimed(nodes.first, RUNS)) {
            waits.add(ValueNodes.waiting(claim, waits.size() % 2 == 0, none));
        }
        assertThat(ValueNodes.get(nodes.first.record(waits).toCompletableFuture()))
                .hasSize(RUNS)
                .containsOnly(Receipt.RECORDED);
        advanceAll();
        assertThat(query("select string_agg(distinct state::text, ',') from errand.awaited"))
                .as("open")
                .isEqualTo("0");
        ValueNodes.set(nodes.first, "value", "1");
        assertThat(nodes.within(tx -> ValueChanges.mark(tx, Changes.BEGINNING)).more())
                .as("there is another part")
                .isTrue();
        ValueNodes.record(nodes.first, ValueNodes.waiting(early, true, nodes.seen("value")));
        nodes.within(tx -> Awaiting.wake(tx, BEGINNING, 1, Changes.BEGINNING));
        assertThat(query("select state from errand.awaited where run = '%s'".formatted(Ids.uuid(early.run()))))
                .as("open")
                .isEqualTo("0");
        ValueNodes.set(nodes.first, "value", "2");
        advanceAll();
        assertThat(nodes.state(early.run())).isEqualTo(RunState.QUEUED);
        assertThat(query("select count(*) from errand.chunk where state = 4"))
                .as("runs that wait")
                .isEqualTo("0");
        assertThat(query("select count(*) from errand.changed")).isEqualTo("0");
    }

    private void advanceAll() {
        while (nodes.first
                .advance()
                .filter(due -> due.isBefore(CLOCK.instant()))
                .isPresent()) {
            // there is more
        }
    }

    /** Of a value that is set often there may be many versions that an open transaction keeps from being cleared away: each read goes through them. */
    @Test
    void aValueIsReadOnceHoweverManyWaitForIt() throws Exception {
        nodes.server.execute(nodes.database, """
                insert into errand.value (subject, name, version, value, at) values (md5('hot')::uuid, 'hot', 1000, '1', 0);
                insert into errand.awaited (run, kind, subject, state, armed, version)
                select gen_random_uuid(), 2, md5('hot')::uuid, 1, 0, case when i %% 2 = 0 then 0 else 1000 end
                  from generate_series(1, %d) i;
                """.formatted(RUNS));
        String reads = "select coalesce(idx_tup_fetch, 0) + seq_tup_read from pg_stat_xact_user_tables"
                + " where relid = 'errand.value'::regclass";
        long read = nodes.within(tx -> {
            long before = tx.sql(reads).number();
            Awaiting.Woken woken = Awaiting.wake(tx, BEGINNING, 2 * RUNS, Changes.BEGINNING);
            assertThat(woken.happened()).isEqualTo(RUNS);
            assertThat(woken.left()).isZero();
            return tx.sql(reads).number() - before;
        });
        assertThat(read).isEqualTo(1);
        assertThat(query("select string_agg(distinct state::text, ',') from errand.awaited where version = 0"))
                .isEqualTo("2");
        assertThat(query("select string_agg(distinct state::text, ',') from errand.awaited where version = 1000"))
                .isEqualTo("0");
    }

    /** As long as a transaction stays open, nothing that dies meanwhile is cleared away, and of a value that is set often that is much. */
    @Test
    void whatIsOverButCannotBeClearedAwayIsReadOnce() throws Exception {
        try (Connection users = nodes.begin()) {
            nodes.first.values().set(users, "value", bytes("1")); // so that it has a number
            nodes.server.execute(
                    nodes.database,
                    "insert into errand.changed (version, subject) select -i, gen_random_uuid() from generate_series(1, 20000) i");
            nodes.server.execute(nodes.database, "delete from errand.changed");
            String moment = String.valueOf(nodes.within(tx -> Awaiting.wake(tx, BEGINNING, 1, Changes.BEGINNING))
                    .none());
            assertThat(pagesOfALook(Changes.BEGINNING)).isGreaterThan(100);
            assertThat(pagesOfALook(moment)).isLessThan(60);
            ValueNodes.set(nodes.second, "another", "1");
            assertThat(nodes.within(tx -> Awaiting.wake(tx, BEGINNING, 1, moment))
                            .none())
                    .as("there is something")
                    .isNull();
            ValueChanges.Marked marked = nodes.within(tx -> ValueChanges.mark(tx, moment));
            assertThat(marked.more()).isFalse();
            assertThat(marked.none()).isNotNull();
            String later = String.valueOf(marked.none());
            assertThat(pagesOfALook(later)).isLessThan(60);
            users.commit();
            assertThat(nodes.within(tx -> ValueChanges.mark(tx, later)).none())
                    .as("what was open then was looked through")
                    .isNotNull();
        }
        assertThat(query("select count(*) from errand.changed")).isEqualTo("0");
    }

    /** Where values are set all the time there is always something. */
    @Test
    void whatHasComeMeanwhileKeepsNobodyFromRememberingWhatHeHasSeen() throws Exception {
        nodes.waits("value");
        ValueNodes.set(nodes.first, "value", "1");
        try (Connection other = nodes.begin()) {
            ValueNodes.execute(other, "select 1 from errand.awaited for update");
            CompletableFuture<ValueChanges.Marked> marking =
                    nodes.asideWithin(tx -> ValueChanges.mark(tx, Changes.BEGINNING));
            nodes.awaitBlocked(1);
            ValueNodes.set(nodes.second, "another", "1");
            other.rollback();
            ValueChanges.Marked marked = ValueNodes.get(marking);
            assertThat(marked.none()).isNotNull();
            assertThat(query("select count(*) from errand.changed")).isEqualTo("1");
            String seen = String.valueOf(marked.none());
            assertThat(nodes.within(tx -> ValueChanges.mark(tx, seen)).none()).isNotNull();
            assertThat(query("select count(*) from errand.changed")).isEqualTo("0");
        }
    }

    /** Who has it may be killed, and have marked nothing. */
    @Test
    void whatAnotherNodeHasTakenIsNotOver() throws Exception {
        ValueNodes.set(nodes.first, "one", "1");
        ValueNodes.set(nodes.first, "two", "1");
        try (Connection other = nodes.begin()) {
            ValueNodes.execute(other, "select 1 from errand.changed order by version limit 1 for update");
            assertThat(nodes.within(tx -> ValueChanges.mark(tx, Changes.BEGINNING))
                            .none())
                    .isNull();
            assertThat(query("select count(*) from errand.changed")).isEqualTo("1");
            other.rollback();
        }
        assertThat(nodes.within(tx -> ValueChanges.mark(tx, Changes.BEGINNING)).none())
                .isNotNull();
        assertThat(query("select count(*) from errand.changed")).isEqualTo("0");
    }

    /** Of the look that every turn of a keeper takes. */
    private int pagesOfALook(String moment) throws SQLException {
        return nodes.within(tx -> {
            String plan = String.join(
                    "\n",
                    Changes.since(tx.sql("explain (analyze, buffers) select " + Changes.NONE_SINCE), moment)
                            .list(row -> row.getString(1)));
            Matcher pages = Pattern.compile("Buffers: shared hit=(\\d+)").matcher(plan);
            assertThat(pages.find()).as(plan).isTrue();
            return Integer.parseInt(pages.group(1));
        });
    }

    /** Its parts have numbers of their own, which nobody is told. */
    @Test
    void aValueThatIsSetInAPartOfATransactionWakesWithTheCommit() throws Exception {
        Claim claim = nodes.waits("value");
        try (Connection users = nodes.begin()) {
            ValueNodes.execute(users, "savepoint one");
            nodes.first.values().set(users, "other", bytes("1"));
            ValueNodes.execute(users, "rollback to one; savepoint two");
            nodes.first.values().set(users, "value", bytes("1"));
            ValueNodes.execute(users, "release two");
            for (int i = 0; i < 5; i++) {
                ValueNodes.set(nodes.first, "another", "1");
                nodes.first.advance();
                nodes.second.advance();
            }
            assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
            users.commit();
        }
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** A server that took another's place counts some transactions anew. */
    @Test
    void whatIsThereOfATransactionThatSeemedOverIsFoundByTheNextLook() throws Exception {
        Claim claim = nodes.waits("value");
        nodes.server.execute(
                nodes.database,
                "insert into errand.value (subject, name, version, value, at) values ('%1$s', 'value', nextval('errand.value_version'), '1', 0);"
                                .formatted(ValueRows.subject("value"))
                        + " insert into errand.changed (tx, version, subject) select '3'::xid8, version, subject from errand.value");
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).as("it is not looked for").isEqualTo(RunState.WAITING);
        assertThat(nodes.first.look().orElseThrow().due()).isBefore(CLOCK.instant());
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }
}
