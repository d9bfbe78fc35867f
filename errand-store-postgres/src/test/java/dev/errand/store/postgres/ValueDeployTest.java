package dev.errand.store.postgres;

import static dev.errand.store.postgres.ValueNodes.CLOCK;
import static dev.errand.store.postgres.ValueNodes.claimed;
import static dev.errand.store.postgres.ValueNodes.get;
import static dev.errand.store.postgres.ValueNodes.record;
import static dev.errand.store.postgres.ValueNodes.set;
import static dev.errand.store.postgres.ValueNodes.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewToken;
import dev.errand.store.Report;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes of the version before know nothing of values, and look at what has happened of them as at the rest: they may wake a run for nothing,
 * which reads then what the value is, but leave none waiting whose value has changed.
 */
class ValueDeployTest {
    private static final String VALUE = "value";

    /** How they look who waits for what has happened. */
    private static final String WAKE_BEFORE = """
            with happened as materialized (
                select run, kind, subject
                  from errand.awaited
                 where state = 1 and (run, subject) > ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000')
                 order by run, subject
                 limit 500),
            waiting as materialized (
                select h.run
                  from (select distinct run from happened) h
                 where (select true from errand.chunk where single and first = h.run and state + 0 = 4 limit 1)),
            held as materialized (
                select k.*
                  from waiting w
                 cross join lateral (
                     select line, position, first, single
                       from errand.chunk
                      where single and first = w.run and state + 0 = 4
                      limit 1
                        for update skip locked) k),
            looked as materialized (
                select a.*
                  from happened h
                 cross join lateral (
                     select ctid as place, run, armed
                       from errand.awaited
                      where run = h.run and kind = h.kind and subject = h.subject and state + 0 = 1
                      limit 1
                        for update skip locked) a
                 where (h.run in (select first from held)) is true or (h.run in (select run from waiting)) is not true),
            marked as (
                update errand.awaited set state = 2 where ctid = any(array(select place from looked))),
            woken as (
                update errand.chunk k
                   set due = least(k.due, errand.now())
                  from held h
                 where k.line = h.line and k.position = h.position and k.first = h.first and k.single = h.single
                   and case (select max(case armed when 1 then 3 else armed end) from looked where run = h.first)
                            when 3 then true
                            when 2 then (select true
                                           from errand.awaited
                                          where run = h.first and state = 0 and armed = 2 and armed <> 0 and state <> 2
                                          limit 1) is null
                       end)
            select count(*) from looked
            """;

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private void lookAsBefore() {
        nodes.server.query(nodes.database, WAKE_BEFORE);
    }

    private String state() {
        return String.valueOf(nodes.server.query(nodes.database, "select state from errand.awaited where kind = 2"));
    }

    private Claim again() throws Exception {
        return get(nodes.first.claim(new ClaimRequest(1, Set.of("wait"))).toCompletableFuture())
                .getFirst();
    }

    /** It is marked by a node that is killed then. */
    @Test
    void theyWakeWhoseValueHasChanged() throws Exception {
        Claim claim = nodes.waits(VALUE);
        set(nodes.first, VALUE, "1");
        lookAsBefore(); // and see nothing
        assertThat(state()).isEqualTo("0");
        nodes.mark();
        lookAsBefore();
        assertThat(state()).isEqualTo("2");
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void theyWakeForNothingWhoHasJustBegunToWait() throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        record(nodes.first, waiting(claim, true, nodes.seen(VALUE)));
        lookAsBefore();
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
        record(nodes.first, waiting(again(), true, nodes.seen(VALUE)));
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
        set(nodes.second, VALUE, "1");
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** Time has ended its wait, and a change is marked in the row that is left of that, while it executes. */
    @Test
    void whatTheyMarkWhileARunExecutesIsNothingToItsNextWait() throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        Instant now = CLOCK.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(nodes.seen(VALUE)), true);
        record(nodes.first, new Report.Waiting(claim, now, now, List.of(), now, awaits));
        nodes.first.advance();
        Claim again = again();
        set(nodes.first, VALUE, "1");
        nodes.mark();
        assertThat(state()).isEqualTo("1");
        lookAsBefore();
        assertThat(state()).isEqualTo("2");
        record(nodes.first, waiting(again, true, nodes.seen(VALUE)));
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
        set(nodes.second, VALUE, "2");
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whoNeedsATokenAsWellGoesOnWhenBothHaveHappened() throws Exception {
        Instant now = CLOCK.instant();
        TokenId token = TokenId.random();
        nodes.first.tokens().create(new NewToken(token, "ok", null, List.of(), now, now.plusSeconds(3_600), null));
        Claim claim = claimed(nodes.first, 1).getFirst();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), List.of(nodes.seen(VALUE)), false);
        record(nodes.first, new Report.Waiting(claim, now, now, List.of(), null, awaits));
        lookAsBefore();
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
        set(nodes.second, VALUE, "1");
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
        assertThat(nodes.second.tokens().end(token, null, "no")).contains(true);
        lookAsBefore();
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }
}
