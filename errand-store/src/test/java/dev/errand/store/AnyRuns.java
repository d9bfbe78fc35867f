package dev.errand.store;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** New runs of some tasks in some queues, by chance. */
final class AnyRuns {
    private final Random random;
    private final List<String> tasks;
    private final List<String> queues;
    private final Clock clock;

    AnyRuns(Random random, List<String> tasks, List<String> queues, Clock clock) {
        this.random = random;
        this.tasks = tasks;
        this.queues = queues;
        this.clock = clock;
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    private Duration seconds(int most) {
        return Duration.ofSeconds(random.nextInt(most + 1));
    }

    List<NewRun> next() {
        @Nullable String queue = oneIn(4) ? null : queues.get(random.nextInt(queues.size()));
        @Nullable String key = oneIn(3) ? null : "k" + random.nextInt(3);
        RunOptions options = RunOptions.NONE.withQueue(queue).withConcurrencyKey(key);
        List<NewRun> news = new ArrayList<>();
        int count = oneIn(3) ? 1 + random.nextInt(6) : 1;
        for (int i = 0; i < count; i++) {
            NewRuns run = NewRuns.of(tasks.get(random.nextInt(tasks.size())), clock)
                    .priority(random.nextInt(3))
                    .options(options)
                    .in(oneIn(5) ? seconds(3) : Duration.ZERO);
            news.add((oneIn(6) ? run.expiresIn(seconds(6).plusSeconds(1)) : run).build());
        }
        return news;
    }
}
