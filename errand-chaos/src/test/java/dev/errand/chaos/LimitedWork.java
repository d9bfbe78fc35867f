package dev.errand.chaos;

import dev.errand.Limits;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.chaos.Entry.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is to be done under several limits at once: of a queue, of keys in it, and of the task. The bodies write down from when until
 * when they live.
 *
 * @param where the queue, and after a blank the key, if it has one
 */
record LimitedWork(String where, int millis) {
    static final int AT_A_TIME = 5;
    static final TaskQueue FEW = TaskQueue.named("few").concurrency(3);
    static final TaskQueue KEYED = TaskQueue.named("keyed").concurrency(4).concurrencyPerKey(1);
    static final int KEYS = 6;
    private static final String TASK = "limited";
    private static final int LONGEST_MILLIS = 30;
    private static final int LONG_MILLIS = 1_000;

    static Task<LimitedWork, Integer> task(Logbook logbook) {
        return Task.named(TASK, LimitedWork.class, Integer.class)
                .limits(Limits.none().concurrency(AT_A_TIME))
                .retry(Retry.fixed(Duration.ofMillis(20)).attempts(5))
                .run((work, run) -> {
                    logbook.add(Kind.ENTERED, 0, run.id(), work.where());
                    try {
                        Thread.sleep(work.millis());
                        if (work.millis() == 0 && run.attempt() == 1) {
                            throw new IOException("the first attempt fails");
                        }
                    } finally {
                        logbook.add(Kind.LEFT, 0, run.id(), work.where());
                    }
                    return work.millis();
                });
    }

    /** So many, half of them without a key. */
    static List<TriggerRequest> requests(int count, Random random) {
        List<TriggerRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int millis = random.nextInt(LONGEST_MILLIS);
            requests.add(random.nextBoolean() ? few(millis) : keyed(random.nextInt(KEYS), millis));
        }
        return requests;
    }

    /** Without a key, as long and as many that their queue is full for a while, however slow the machine is. */
    static List<TriggerRequest> fillFew() {
        return Collections.nCopies(KEYS, few(LONG_MILLIS));
    }

    /** As many with keys: one of each. */
    static List<TriggerRequest> fillKeyed() {
        return IntStream.range(0, KEYS).mapToObj(key -> keyed(key, LONG_MILLIS)).toList();
    }

    /** Both at once: more than the task may do at a time. */
    static List<TriggerRequest> fillAll() {
        return Stream.concat(fillFew().stream(), fillKeyed().stream()).toList();
    }

    private static TriggerRequest few(int millis) {
        TriggerOptions options = TriggerOptions.none().queue(FEW.name());
        return new TriggerRequest(TASK, new LimitedWork(FEW.name(), millis), options);
    }

    private static TriggerRequest keyed(int number, int millis) {
        String key = "k" + number;
        TriggerOptions options = TriggerOptions.none().queue(KEYED.name()).concurrencyKey(key);
        return new TriggerRequest(TASK, new LimitedWork(KEYED.name() + " " + key, millis), options);
    }
}
