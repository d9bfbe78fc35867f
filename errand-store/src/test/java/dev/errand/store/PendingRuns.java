package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** What tests of queues that take only so many pending runs share. */
abstract class PendingRuns extends StoreTest {
    static final String MAIL = "mail";
    static final String OTHER = "other";

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    void declare(String queue, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(queue, limits)));
    }

    static Limits atMost(int pending) {
        return Limits.none().maxPending(pending);
    }

    NewRuns mail(String task, @Nullable String key) {
        return NewRuns.of(task, clock).options(RunOptions.NONE.withQueue(MAIL).withConcurrencyKey(key));
    }

    List<NewRun> mails(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> mail(GREET, null).build())
                .toList();
    }

    List<RunId> all() {
        return store.list(RunQuery.all().limit(1000)).items().stream()
                .map(RunInfo::id)
                .toList();
    }

    /** Answers how many were pending: as many as it takes to know that there are too many, at least. */
    static int refused(ThrowingCallable trigger) {
        QueueFullException refusal = catchThrowableOfType(QueueFullException.class, trigger);
        assertThat(refusal).as("refusal").isNotNull();
        return refusal.pending();
    }
}
