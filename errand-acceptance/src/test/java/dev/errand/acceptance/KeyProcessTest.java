package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that trigger with the same keys at the same time, and are killed in the middle of it. */
@Tag(TestStore.ONCE)
class KeyProcessTest {
    private static final int PROCESSES = 3;
    private static final int ACKNOWLEDGED = 60;

    @TempDir
    private Path folder;

    private static final Task<String, String> ONCE =
            Task.named("once", String.class, String.class).run((payload, run) -> payload);

    private static TriggerOptions key(int number) {
        return TriggerOptions.none()
                .idempotencyKey(IdempotencyKey.of("key " + number).strict());
    }

    @Test
    void everyKeyHasOneRunThoughItsTriggersAreKilled() throws Exception {
        String url = TestStore.url(folder);
        try (Errand errand =
                Errand.builder().store(url).tasks(ONCE).concurrency(0).open()) {
            Map<Integer, String> answered = killedAtWork(url);
            int keys = answered.size() + PROCESSES + 1; // of the last nobody heard, perhaps
            List<Run<String>> repeated = new ArrayList<>();
            for (int number = 0; number < keys; number++) {
                repeated.add(errand.trigger(ONCE, "x", key(number)));
            }
            answered.forEach((number, run) -> {
                assertThat(repeated.get(number).id()).as("key %d", number).hasToString(run);
                assertThat(repeated.get(number).isHit()).isTrue();
            });
            assertThat(all(errand))
                    .extracting(RunInfo::idempotencyKey)
                    .doesNotHaveDuplicates()
                    .hasSize(keys);
        }
    }

    private static List<RunInfo> all(Errand errand) {
        List<RunInfo> all = new ArrayList<>();
        RunQuery query = RunQuery.all().limit(100);
        Page<RunInfo> page = errand.runs(query);
        all.addAll(page.items());
        while (page.next().isPresent()) {
            page = errand.runs(query.after(page.next().get()));
            all.addAll(page.items());
        }
        return all;
    }

    /** What the processes were told: runs by keys. Two that were told of one key were told of one run. */
    private Map<Integer, String> killedAtWork(String url) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        Map<Integer, String> answered = new HashMap<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(start(url, answers(i)));
            }
            for (int i = 0; i < PROCESSES; i++) {
                Path answers = answers(i);
                Soon.await("a process is at work", () -> lines(answers).size() >= ACKNOWLEDGED);
                processes.get(i).destroyForcibly().waitFor();
                lines(answers).forEach(line -> note(answered, line));
            }
        } finally {
            for (Process process : processes) {
                process.destroyForcibly().waitFor();
            }
        }
        return answered;
    }

    private Path answers(int process) {
        return folder.resolve("answers " + process);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void note(Map<Integer, String> answered, String line) {
        String[] words = line.split(" ", -1);
        if (words.length == 2 && words[1].length() == 30) { // or it was killed while it said so
            String before = answered.put(Integer.valueOf(words[0]), words[1]);
            assertThat(before).isIn(null, words[1]);
        }
    }

    private static Process start(String url, Path answers) throws IOException {
        return JavaProcess.builder(Triggering.class, List.of(url))
                .redirectOutput(answers.toFile())
                .start();
    }

    /** Triggers one key after the other and says which run it got, until it is killed. */
    static final class Triggering {
        private Triggering() {}

        public static void main(String[] arguments) throws IOException {
            try (Errand errand =
                    Errand.builder().store(arguments[0]).concurrency(0).open()) {
                for (int number = 0; !System.out.checkError(); number++) {
                    Run<Json> run = errand.trigger("once", "x", key(number));
                    System.out.println(number + " " + run.id());
                }
            }
        }
    }
}
