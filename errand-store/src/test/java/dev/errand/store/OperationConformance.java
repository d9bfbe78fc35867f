package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AuditEntry;
import dev.errand.AuditQuery;
import dev.errand.BulkKind;
import dev.errand.BulkState;
import dev.errand.Role;
import dev.errand.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The audit log, and how far bulk actions have come. */
public abstract class OperationConformance extends StoreTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private AuditEntry noted(String id, String key, String run) {
        AuditEntry entry = new AuditEntry(
                id,
                clock.instant(),
                "nightly ü\"",
                key,
                Role.OPERATOR,
                true,
                "POST /api/v2/runs/{run}/cancel",
                Map.of("run", run, "step", "a,b"),
                "192.0.2.7");
        store.operations().note(entry);
        return entry;
    }

    private BulkEntry begun(String id) {
        BulkEntry entry = BulkEntry.of(id, null, BulkKind.CANCEL, "{}", clock.instant());
        store.operations().begin(entry);
        return entry;
    }

    @Test
    void entriesAreListedNewestFirstInEveryProcessAndLater() {
        AuditEntry first = noted("audit_1", "key_1", "run_1");
        AuditEntry second = noted("audit_2", "", "run_2");
        store.operations().note(second); // sent again
        assertThat(open().operations().audit(AuditQuery.all())).containsExactly(second, first);
        reopen();
        assertThat(store.operations().audit(AuditQuery.all())).containsExactly(second, first);
    }

    @Test
    void entriesAreFoundByKeyAndTimeAndPage() {
        AuditEntry first = noted("audit_1", "key_1", "run_1");
        clock.advance(MINUTE);
        Instant then = clock.instant();
        AuditEntry second = noted("audit_2", "key_2", "run_2");
        AuditEntry third = noted("audit_3", "key_1", "run_3");
        OperationStore log = store.operations();
        assertThat(log.audit(AuditQuery.all().key("key_1"))).containsExactly(third, first);
        assertThat(log.audit(AuditQuery.all().from(then))).containsExactly(third, second);
        assertThat(log.audit(AuditQuery.all().until(then))).containsExactly(first);
        assertThat(log.audit(AuditQuery.all().limit(2))).containsExactly(third, second);
        assertThat(log.audit(AuditQuery.all().limit(2).after("audit_2"))).containsExactly(first);
    }

    @Test
    void oldEntriesAreDeletedTheOldestFirst() {
        noted("audit_1", "", "run_1");
        AuditEntry second = noted("audit_2", "", "run_2");
        clock.advance(MINUTE);
        AuditEntry third = noted("audit_3", "", "run_3");
        assertThat(store.operations().prune(clock.instant(), 1)).isEqualTo(1);
        assertThat(store.operations().audit(AuditQuery.all())).containsExactly(third, second);
        assertThat(store.operations().prune(clock.instant(), 10)).isEqualTo(1);
        assertThat(store.operations().audit(AuditQuery.all())).containsExactly(third);
    }

    @Test
    void anActionIsHeldByOneAndByAnotherOnceItsTimeIsOver() {
        BulkEntry action = begun("bulk_1");
        OperationStore operations = store.operations();
        assertThat(operations.take("one", LEASE)).contains(action);
        assertThat(open().operations().take("two", LEASE)).isEmpty();
        BulkEntry found = action.found("place", List.of(RunId.next(), RunId.next()), 3);
        assertThat(operations.save(found, "one", LEASE)).isTrue();
        assertThat(operations.take("one", LEASE)).as("again").contains(found);
        clock.advance(LEASE.plusMillis(1));
        assertThat(operations.take("two", LEASE)).contains(found);
        assertThat(operations.save(found.acted(1), "one", LEASE))
                .as("it is late")
                .isFalse();
        BulkEntry acted = found.acted(1);
        assertThat(operations.save(acted, "two", LEASE)).isTrue();
        assertThat(operations.bulkAction("bulk_1")).contains(acted);
        assertThat(acted.success()).isEqualTo(1);
        assertThat(acted.failure()).isEqualTo(4);
        assertThat(acted.total()).isEqualTo(5);
        operations.release("two");
        assertThat(operations.take("one", LEASE)).contains(acted);
    }

    @Test
    void whatHasEndedIsNotTakenAndNotKeptAnyMore() {
        BulkEntry action = begun("bulk_1");
        OperationStore operations = store.operations();
        assertThat(operations.take("one", LEASE)).contains(action);
        assertThat(operations.abort("bulk_1")).isTrue();
        assertThat(operations.abort("bulk_2")).isFalse();
        assertThat(operations.save(action.found(null, List.of(), 0), "one", LEASE))
                .isFalse();
        assertThat(operations.take("one", LEASE)).isEmpty();
        BulkEntry ended = operations.bulkAction("bulk_1").orElseThrow();
        assertThat(ended.state()).isEqualTo(BulkState.ABORTED);
        assertThat(ended.endedAt()).isEqualTo(clock.instant());
        clock.advance(MINUTE);
        BulkEntry open = begun("bulk_3");
        clock.advance(MINUTE);
        operations.prune(clock.instant(), 10);
        assertThat(operations.bulkActions("", 10)).containsExactly(open);
    }

    @Test
    void partsOfMinutesAreToldInOrderUntilTheyAreForgotten() {
        Instant first = clock.instant();
        Instant second = first.plus(MINUTE);
        OperationStore operations = store.operations();
        operations.keepStatistics("b", second, "two");
        operations.keepStatistics("b", first, "one");
        operations.keepStatistics("a", second, "more");
        operations.keepStatistics("a", second, "sent again");
        List<String> told = new ArrayList<>();
        operations.statistics(first, second.plus(MINUTE), (minute, text) -> told.add(minute + " " + text));
        assertThat(told).containsExactly(first + " one", second + " more", second + " two");
        operations.forgetStatistics(second);
        told.clear();
        operations.statistics(first, second, (minute, text) -> told.add(text));
        assertThat(told).isEmpty();
        operations.statistics(first, second.plus(MINUTE), (minute, text) -> told.add(text));
        assertThat(told).containsExactly("more", "two");
    }

    @Test
    void theOldestActionIsTakenAndTheNewestListedFirst() {
        BulkEntry first = begun("bulk_1");
        BulkEntry second = begun("bulk_2");
        assertThat(store.operations().bulkActions("", 10)).containsExactly(second, first);
        assertThat(store.operations().bulkActions("bulk_2", 10)).containsExactly(first);
        assertThat(store.operations().take("one", LEASE)).contains(first);
        assertThat(store.operations().take("two", LEASE)).contains(second);
    }
}
