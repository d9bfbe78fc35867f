package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.TaskInfo;
import dev.errand.scripts.FolderEvent.Broken;
import dev.errand.scripts.FolderEvent.Loaded;
import dev.errand.scripts.FolderEvent.Reloaded;
import dev.errand.scripts.FolderEvent.Withdrawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder and a running engine, kept in step. */
@Timeout(600)
class TaskFolderTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private final BlockingQueue<FolderEvent> events = new LinkedBlockingQueue<>();
    private Path folder;
    private Errand errand;
    private @Nullable TaskFolder watched;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectories(home.resolve("tasks"));
        errand = Errand.open("jdbc:sqlite:" + home.resolve("errand.db"));
    }

    @AfterEach
    void close() {
        if (watched != null) {
            watched.close();
        }
        errand.close();
    }

    private void watch() {
        watched = TaskFolder.watch(folder, errand, events::add);
    }

    private <E extends FolderEvent> E next(Class<E> type) throws InterruptedException {
        FolderEvent event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("the next event").isInstanceOf(type);
        return type.cast(event);
    }

    private static String greet(String word) {
        return greet("greet", word);
    }

    private static String greet(String id, String word) {
        return "import dev.errand.*;\n@AsTask(\"%s\") String greet() { return \"%s\"; }\n".formatted(id, word);
    }

    private String outputOf(String task) throws InterruptedException {
        return errand.trigger(task, null).await(SOON).text();
    }

    @Test
    void whatIsThereAtFirstIsLoadedBeforeWatchReturns() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        Path broken = Tasks.write(folder, "Broken.java", "class {");
        watch();
        assertThat(next(Broken.class).file()).isEqualTo(broken);
        assertThat(next(Loaded.class)).isEqualTo(new Loaded(file, List.of("greet")));
        assertThat(outputOf("greet")).isEqualTo("\"one\"");
        assertThat(errand.task("greet").map(TaskInfo::source)).contains(file.toString());
    }

    @Test
    void aMissingFolderIsRefused() {
        assertThatThrownBy(() -> TaskFolder.watch(home.resolve("none"), errand, events::add))
                .isInstanceOf(TaskPathException.class);
    }

    @Test
    void eachSavedVersionRunsAsSoonAsItIsReloaded() throws Exception {
        // given
        Path file = Tasks.write(folder, "Greet.java", greet("0"));
        watch();
        next(Loaded.class);
        Duration best = SOON;
        for (int version = 1; version <= 20; version++) {
            // when
            long saved = System.nanoTime();
            save(file, greet(Integer.toString(version)), version % 2 == 0);
            next(Reloaded.class);
            String output = outputOf("greet");
            Duration took = Duration.ofNanos(System.nanoTime() - saved);
            // then the new one ran
            assertThat(output).isEqualTo("\"" + version + "\"");
            best = took.compareTo(best) < 0 ? took : best;
        }
        note(best);
    }

    /** Told, and not judged: the machine may be building other things meanwhile. */
    private static void note(Duration best) throws IOException {
        Path notes = Files.createDirectories(Path.of("target", "check-notes")).resolve("reload.md");
        Files.writeString(notes, """

                ## From the save of a Java file until its run has ended, the best of 20

                | ms | to reach |
                | ---: | ---: |
                | %d | 200 |
                """.formatted(best.toMillis()));
    }

    /** In place, or as most editors do: a new file that is moved over the old one. */
    private static void save(Path file, String text, boolean byMove) throws IOException {
        if (byMove) {
            Path part = Files.writeString(file.resolveSibling("." + file.getFileName() + ".part"), text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.writeString(file, text);
        }
    }

    @Test
    void aVersionThatDoesNotCompileIsReportedAndTheOldOneGoesOn() throws Exception {
        // given
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watch();
        next(Loaded.class);
        // when
        Files.writeString(file, "import dev.errand.*;\n@AsTask String greet() { return 1; }\n");
        // then
        assertThat(next(Broken.class).diagnostics().toString())
                .isEqualTo("[" + file + ":2:33 incompatible types: int cannot be converted to String]");
        assertThat(outputOf("greet")).isEqualTo("\"one\"");
        // and when it is mended
        Files.writeString(file, greet("two"));
        next(Reloaded.class);
        assertThat(outputOf("greet")).isEqualTo("\"two\"");
    }

    @Test
    void aRunFinishesWithTheVersionItStartedWith() throws Exception {
        // given
        String slow = """
                import dev.errand.*;
                @AsTask String slow(RunContext run) throws Exception {
                    run.raise("started", null);
                    while (!Files.exists(Path.of("%s"))) { Thread.sleep(10); }
                    return "%s";
                }
                """;
        Path gate = home.resolve("gate");
        Path file = Tasks.write(folder, "Slow.java", slow.formatted(gate, "old"));
        watch();
        next(Loaded.class);
        Run<Json> old = triggerAndAwaitEvent("slow", "started");
        // when
        Files.writeString(file, slow.formatted(gate, "new"));
        next(Reloaded.class);
        Run<Json> latest = triggerAndAwaitEvent("slow", "started");
        Files.createFile(gate);
        // then
        assertThat(old.await(SOON)).isEqualTo(new Json("\"old\""));
        assertThat(old.attempts()).hasSize(1);
        assertThat(latest.await(SOON)).isEqualTo(new Json("\"new\""));
    }

    private Run<Json> triggerAndAwaitEvent(String task, String event) throws InterruptedException {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        try (var _ = errand.on(EventFilter.named(event), heard::add)) {
            Run<Json> run = errand.trigger(task, null);
            assertThat(heard.poll(SOON.toSeconds(), TimeUnit.SECONDS)).as(event).isNotNull();
            return run;
        }
    }

    @Test
    void aFailingRunGetsTheNewCodeAtItsNextAttempt() throws Exception {
        Path file = Tasks.write(folder, "Job.java", """
                import dev.errand.*;
                @AsTask(attempts = 60, delay = "1s") String job() { throw new IllegalStateException("bug"); }
                """);
        watch();
        next(Loaded.class);
        Run<Json> run = errand.trigger("job", null);
        awaitState(run, RunState.RETRYING);
        Files.writeString(file, "import dev.errand.*;\n@AsTask String job() { return \"mended\"; }\n");
        next(Reloaded.class);
        assertThat(run.await(SOON)).isEqualTo(new Json("\"mended\""));
        assertThat(run.attempts()).hasSizeGreaterThanOrEqualTo(2);
    }

    private void awaitState(Run<Json> run, RunState state) throws InterruptedException {
        BlockingQueue<Object> changes = new LinkedBlockingQueue<>();
        try (var _ = errand.on(EventFilter.all(), changes::add)) {
            while (run.state() != state) {
                assertThat(changes.poll(SOON.toSeconds(), TimeUnit.SECONDS))
                        .as("on the way to " + state)
                        .isNotNull();
            }
        }
    }

    @Test
    void runsOfAFileThatIsRemovedWaitUntilItIsBack() throws Exception {
        // given
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watch();
        next(Loaded.class);
        // when
        Files.delete(file);
        assertThat(next(Withdrawn.class)).isEqualTo(new Withdrawn(file, List.of("greet")));
        Run<Json> run = errand.trigger("greet", null);
        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        Files.writeString(file, greet("two"));
        // then
        next(Loaded.class);
        assertThat(run.await(SOON)).isEqualTo(new Json("\"two\""));
    }

    @Test
    void anIdThatChangesIsWithdrawnAndMayLiveOnAsAnAlias() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watch();
        next(Loaded.class);
        Files.writeString(file, """
                import dev.errand.*;
                @AsTask(value = "hello", aliases = "greet") String greet() { return "two"; }
                """);
        assertThat(next(Withdrawn.class)).isEqualTo(new Withdrawn(file, List.of("greet")));
        assertThat(next(Reloaded.class).tasks()).containsExactly("hello");
        assertThat(outputOf("hello")).isEqualTo("\"two\"");
        assertThat(outputOf("greet")).isEqualTo("\"two\"");
    }

    @Test
    void newFoldersAreFollowedAsWell() throws Exception {
        watch();
        Tasks.write(folder, "a/b/Greet.java", greet("one"));
        next(Loaded.class);
        Tasks.write(folder, "a/b/Greet.java", greet("two"));
        next(Reloaded.class);
        assertThat(outputOf("greet")).isEqualTo("\"two\"");
        // a whole folder moved in from elsewhere
        Tasks.write(home, "elsewhere/deep/Hello.java", greet("hello", "three"));
        Files.move(home.resolve("elsewhere"), folder.resolve("moved"));
        assertThat(next(Loaded.class).tasks()).containsExactly("hello");
        Tasks.write(folder, "moved/deep/Hello.java", greet("hello", "four"));
        next(Reloaded.class);
        assertThat(outputOf("hello")).isEqualTo("\"four\"");
    }

    @Test
    void theFolderItselfMayBeReplaced() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watch();
        next(Loaded.class);
        Files.move(folder, home.resolve("away"));
        next(Withdrawn.class);
        Tasks.write(folder, "Greet.java", greet("two"));
        assertThat(next(Loaded.class).file()).isEqualTo(file);
        Files.writeString(file, greet("three"));
        next(Reloaded.class);
        assertThat(outputOf("greet")).isEqualTo("\"three\"");
    }

    @Test
    void ofTwoFilesWithTheSameTaskTheFirstStaysUntilItIsGone() throws Exception {
        // given
        Path first = Tasks.write(folder, "Z.java", greet("first"));
        watch();
        next(Loaded.class);
        // when a copy comes, whose name would be the first in order
        Path copy = Tasks.write(folder, "A.java", greet("copy"));
        // then
        assertThat(next(Broken.class).diagnostics().toString())
                .contains(copy.toString())
                .contains(first.toString());
        assertThat(outputOf("greet")).isEqualTo("\"first\"");
        Files.delete(first);
        assertThat(next(Reloaded.class, Loaded.class).file()).isEqualTo(copy);
        assertThat(outputOf("greet")).isEqualTo("\"copy\"");
    }

    private FolderEvent next(Class<? extends FolderEvent> one, Class<? extends FolderEvent> other)
            throws InterruptedException {
        FolderEvent event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isInstanceOfAny(one, other);
        return java.util.Objects.requireNonNull(event);
    }

    @Test
    void aTaskOfTheProgramItselfIsNotReplacedByAnAliasInAFile() throws Exception {
        errand.add(dev.errand.Task.named("own", Void.class, String.class).run((nothing, run) -> "mine"));
        Path file = Tasks.write(folder, "Other.java", """
                @dev.errand.AsTask(value = "other", aliases = "OWN") String other() { return "theirs"; }
                """);
        watch();
        assertThat(next(Broken.class).diagnostics().toString()).contains(file + " the engine refuses task 'other'");
        assertThat(outputOf("own")).isEqualTo("\"mine\"");
    }

    @Test
    void whereTheSystemDoesNotTellThePollingDoes() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watched = TaskFolder.watch(folder, errand, events::add, true);
        next(Loaded.class);
        Files.writeString(file, greet("two"));
        next(Reloaded.class);
        Tasks.script(folder, "sub/job.sh", "#!/bin/sh\necho three\n");
        next(Loaded.class);
        assertThat(outputOf("greet")).isEqualTo("\"two\"");
        assertThat(outputOf("job")).isEqualTo("\"three\"");
    }

    @Test
    void aListenerThatThrowsStopsNothing() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watched = TaskFolder.watch(folder, errand, event -> {
            events.add(event);
            throw new IllegalStateException("listener");
        });
        next(Loaded.class);
        Files.writeString(file, greet("two"));
        next(Reloaded.class);
        assertThat(outputOf("greet")).isEqualTo("\"two\"");
    }

    @Test
    void afterCloseNothingIsFollowed() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        watch();
        next(Loaded.class);
        java.util.Objects.requireNonNull(watched).close();
        Files.writeString(file, greet("two"));
        assertThat(events.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(outputOf("greet")).isEqualTo("\"one\"");
    }

    @Test
    void oldVersionsAreCollected() throws Exception {
        // given
        String witness = """
                import dev.errand.*;
                record Question(int version, java.util.List<Answer> more) {}
                record Answer(String text) {}
                @AsTask Answer ask(Question question, RunContext run) {
                    dev.errand.scripts.LoaderWitness.saw(this);
                    run.emit(new Answer("part"));
                    return new Answer("%d");
                }
                """;
        LoaderWitness.forget();
        Path file = Tasks.write(folder, "Ask.java", witness.formatted(0));
        watch();
        next(Loaded.class);
        // when
        for (int version = 1; version <= 20; version++) {
            Files.writeString(file, witness.formatted(version));
            next(Reloaded.class);
            Json payload = new Json("{\"version\":1,\"more\":[{\"text\":\"x\"}]}");
            assertThat(errand.trigger("ask", payload).await(SOON).text()).contains("\"" + version + "\"");
        }
        // then
        assertThat(LoaderWitness.seen()).isEqualTo(20);
        long deadline = System.nanoTime() + SOON.toNanos();
        while (LoaderWitness.alive() > 2 && System.nanoTime() < deadline) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(LoaderWitness.alive()).isBetween(1L, 2L);
    }
}
