package dev.errand.engine.schedule;

import dev.errand.ScheduleInfo;
import dev.errand.ScheduleNotFoundException;
import dev.errand.StoreException;
import dev.errand.engine.task.Similar;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The schedules of a store. Each change is made to what was read, and made again to what is there by then if others were faster. */
final class StoredSchedules {
    private static final int MOST_KEYS = 1_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Store store;
    private final ScheduleCodec codec;
    private final Clock clock;
    private final Consumer<Instant> wake;

    /** @param wake hears when a schedule will be due */
    StoredSchedules(Store store, ScheduleCodec codec, Clock clock, Consumer<Instant> wake) {
        this.store = store;
        this.codec = codec;
        this.clock = clock;
        this.wake = wake;
    }

    Optional<Stored> find(String key) {
        return canBeStored(key) ? store.schedules().find(key).map(codec::read) : Optional.empty();
    }

    /** Not all databases take all text, not even to look for it. */
    private static boolean canBeStored(String key) {
        return key.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    }

    /** Or an error that says what may have been meant. */
    Stored get(String key) {
        return find(key).orElseThrow(() -> {
            List<String> keys = store.schedules().list(null, "", 0, MOST_KEYS).stream()
                    .map(ScheduleEntry::key)
                    .toList();
            return new ScheduleNotFoundException(key, Similar.to(key, keys));
        });
    }

    /** By key, those after a key but for so many. */
    List<Stored> list(@Nullable String task, String after, long skip, int limit) {
        return store.schedules().list(task, after, skip, limit).stream()
                .map(codec::read)
                .toList();
    }

    long count(@Nullable String task) {
        return store.schedules().count(task);
    }

    /** Null if there is one with its key by now. */
    @Nullable
    ScheduleInfo add(Stored fresh) {
        return store.schedules().add(fresh.entry()) ? told(fresh) : null;
    }

    /** With the runs that it triggers; null if others have changed it since it was read. */
    @Nullable
    ScheduleInfo change(Stored changed, List<NewRun> runs) {
        ScheduleChange change = new ScheduleChange(changed.entry(), runs);
        return store.schedules().change(List.of(change)).isEmpty() ? null : told(changed);
    }

    /** The same schedule further on, not stored yet. */
    Stored moved(Stored stored, Progress progress) {
        return new Stored(codec.entry(stored, progress, clock.instant()), stored.schedule(), progress);
    }

    /** Whether it was still there. */
    boolean remove(Stored stored) {
        return store.schedules().remove(stored.entry().id());
    }

    void removeOf(String task) {
        List<ScheduleEntry> some;
        do {
            some = store.schedules().list(task, "", 0, MOST_KEYS);
            some.forEach(entry -> store.schedules().remove(entry.id()));
        } while (some.size() == MOST_KEYS);
    }

    private ScheduleInfo told(Stored stored) {
        Instant due = stored.entry().due();
        if (due != null) {
            wake.accept(due);
        }
        return stored.info();
    }

    /** Attempts a change until it is made; others may change the same for a moment. */
    static <T> T untilDone(Supplier<@Nullable T> attempt) {
        long deadline = System.nanoTime() + PATIENCE;
        while (true) {
            T done = attempt.get();
            if (done != null) {
                return done;
            }
            if (System.nanoTime() > deadline) {
                throw new StoreException("The schedule is being changed by others all the time; nothing was done");
            }
            LockSupport.parkNanos(PAUSE);
        }
    }
}
