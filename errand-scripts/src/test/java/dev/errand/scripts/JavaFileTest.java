package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Schedule;
import dev.errand.Task;
import dev.errand.Timeout;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaFileTest {
    @TempDir
    Path folder;

    @Test
    void aCompactSourceFileWithoutMainIsATask() throws Exception {
        // given
        Path file = Tasks.write(folder, "Greet.java", """
                import dev.errand.*;

                @AsTask
                String greet(String who) { return "Hello " + who; }
                // the last line is a comment that ends without a newline""".stripTrailing());
        // when
        Task<?, ?> task = Tasks.only(file);
        // then
        assertThat(task.id()).isEqualTo("greet");
        assertThat(task.source()).isEqualTo(file.toString());
        assertThat(Tasks.run(task, "Ada")).isEqualTo("Hello Ada");
    }

    @Test
    void anOrdinaryClassIsATask() throws Exception {
        Path file = Tasks.write(folder, "Greet.java", """
                import dev.errand.*;

                public class Greet {
                    private final String word;
                    private Greet() { word = "Hello "; }

                    @AsTask("greet-somebody")
                    private String greet(String who) { return word + who; }
                }
                """);
        assertThat(Tasks.run(Tasks.only(file), "Ada")).isEqualTo("Hello Ada");
    }

    @Test
    void aClassOfAnotherNameIsNotTakenForACompactFile() throws Exception {
        Path file = Tasks.write(folder, "Some-tasks.java", """
                class Greet {
                    @dev.errand.AsTask
                    String greet() { return getClass().getName(); }
                }
                """);
        assertThat(Tasks.run(Tasks.only(file), null)).isEqualTo("Greet");
    }

    @Test
    void aMainMethodInACommentOrAStringDoesNotFoolTheLoader() throws Exception {
        Path file = Tasks.write(folder, "Fool.java", """
                import dev.errand.*;
                // void main() {} is not needed; neither is class Fool { }
                @AsTask
                String text() { return "void main() {}"; }
                """);
        assertThat(Tasks.run(Tasks.only(file), null)).isEqualTo("void main() {}");
    }

    @Test
    void aCompactFileMayHaveItsOwnMain() throws Exception {
        Path file = Tasks.write(folder, "Own.java", """
                import dev.errand.*;
                @AsTask
                int twice(int n) { return 2 * n; }
                void main() { IO.println(twice(4)); }
                """);
        assertThat(Tasks.run(Tasks.only(file), 4)).isEqualTo(8);
    }

    @Test
    void typesAreThoseOfTheMethod() throws Exception {
        // given
        Path file = Tasks.write(folder, "Types.java", """
                import dev.errand.*;
                record Photo(String path, int width) {}
                @AsTask Photo aRecord(Photo photo, RunContext run) { return photo; }
                @AsTask List<String> bCollection(RunContext run, Map<String, List<Photo>> photos) { return List.of(); }
                @AsTask int cPrimitive(long n) { return (int) n; }
                @AsTask Json dJson(Json json) { return json; }
                @AsTask void eNothing() {}
                @AsTask Void fContextAlone(RunContext run) { return null; }
                """);
        // when
        List<Task<?, ?>> tasks = sorted(TaskFiles.load(file));
        // then
        assertThat(tasks)
                .extracting(task -> name(task.payloadType()) + " -> " + name(task.outputType()))
                .containsExactly(
                        "Types$Photo -> Types$Photo",
                        "java.util.Map<java.lang.String, java.util.List<Types$Photo>> -> java.util.List<java.lang.String>",
                        "long -> int",
                        "dev.errand.Json -> dev.errand.Json",
                        "java.lang.Void -> java.lang.Void",
                        "java.lang.Void -> java.lang.Void");
        assertThat(Tasks.run(tasks.get(1), Map.of())).isEqualTo(List.of());
        assertThat(Tasks.run(tasks.get(3), new Json("[1]"))).isEqualTo(new Json("[1]"));
    }

    @Test
    void theAnnotationSetsTheOptions() throws Exception {
        Path file = Tasks.write(folder, "Options.java", """
                import dev.errand.*;
                @AsTask(value = "opt", description = "Does.", aliases = {"old", "older"}, attempts = 7, delay = "10s",
                        timeout = "1m30s", timeoutFrom = TimeoutFrom.CREATION, ttl = "2h", platformThread = true, nodeTags = {"gpu", "big"},
                        cron = {"@daily", "0 5 * * MON"}, zone = "Asia/Tokyo")
                void options() {}
                """);
        var options = Tasks.only(file).options();
        assertThat(options.description()).isEqualTo("Does.");
        assertThat(options.aliases()).containsExactly("old", "older");
        assertThat(options.retry())
                .isEqualTo(Retry.fixed(Duration.ofSeconds(10)).attempts(7));
        assertThat(options.timeout()).isEqualTo(Timeout.ofRun(Duration.ofSeconds(90)));
        assertThat(options.ttl()).isEqualTo(Duration.ofHours(2));
        assertThat(options.platformThread()).isTrue();
        assertThat(options.nodeTags()).containsExactly("gpu", "big");
        assertThat(options.schedules())
                .isEqualTo(Map.of("", Schedule.cron("@daily", "0 5 * * MON").zone("Asia/Tokyo")));
    }

    @Test
    void nothingSaidIsLeftToTheEngine() throws Exception {
        Path file = Tasks.write(folder, "Plain.java", "@dev.errand.AsTask void plain() {}\n");
        var options = Tasks.only(file).options();
        assertThat(options.retry()).isNull();
        assertThat(options.timeout().limit()).isNull();
        assertThat(options.ttl()).isNull();
    }

    @Test
    void retriesAreTheAttemptsButTheFirst() throws Exception {
        Path file = Tasks.write(folder, "Again.java", "@dev.errand.AsTask(maxRetries = 0) void again() {}\n");
        assertThat(Tasks.only(file).options().retry())
                .isEqualTo(Retry.exponential().maxRetries(0));
    }

    @Test
    void attemptsAndMaxRetriesTogetherAreReported() throws Exception {
        Path file =
                Tasks.write(folder, "Both.java", "@dev.errand.AsTask(attempts = 2, maxRetries = 1) void both() {}\n");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .singleElement()
                .asString()
                .contains("attempts and maxRetries both");
    }

    @Test
    void whatTheMethodThrowsComesOutAsItWasThrown() throws Exception {
        Path file = Tasks.write(folder, "Throws.java", """
                import dev.errand.*;
                static class Declined extends Exception { Declined() { super("no money"); } }
                @AsTask void checked() throws Exception { throw new Declined(); }
                @AsTask void fatal() { throw new StackOverflowError("deep"); }
                """);
        List<Task<?, ?>> tasks = sorted(TaskFiles.load(file));
        assertThatThrownBy(() -> Tasks.run(tasks.get(0), null))
                .hasMessage("no money")
                .extracting(e -> e.getClass().getName())
                .isEqualTo("Throws$Declined");
        assertThatThrownBy(() -> Tasks.run(tasks.get(1), null)).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void oneInstanceServesAllAttemptsAndIsMadeByTheFirst() throws Exception {
        Path file = Tasks.write(folder, "Count.java", """
                import dev.errand.*;
                int count = Integer.parseInt(System.getProperty("errand.test.count"));
                @AsTask int count() { return ++count; }
                """);
        Task<?, ?> task = Tasks.only(file);
        assertThatThrownBy(() -> Tasks.run(task, null)).isInstanceOf(NumberFormatException.class);
        System.setProperty("errand.test.count", "40");
        try {
            assertThat(Tasks.run(task, null)).isEqualTo(41);
            assertThat(Tasks.run(task, null)).isEqualTo(42);
        } finally {
            System.clearProperty("errand.test.count");
        }
    }

    @Test
    void errorsComeWithLineColumnAndReasonOfTheCompiler() throws IOException {
        Path file = Tasks.write(folder, "Greet.java", """
                class Greet {
                  @dev.errand.AsTask int greet(String s) { return s; }
                }
                """);
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .containsExactly(file + ":2:51 incompatible types: String cannot be converted to int");
    }

    @Test
    void errorsInACompactFileKeepTheirPlaceAndDoNotMentionMain() throws IOException {
        Path file = Tasks.write(folder, "Greet.java", """
                import dev.errand.*;
                @AsTask
                int greet(String s) {
                    Sting t = s;
                    return s;
                }""");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .containsExactly(
                        file + ":4:5 cannot find symbol; symbol:   class Sting; location: class Greet",
                        file + ":5:12 incompatible types: String cannot be converted to int");
    }

    @Test
    void aFileThatBreaksOffIsReportedWhereItEnds() throws IOException {
        Path file = Tasks.write(folder, "Half.java", "import dev.errand.*;\n@AsTask void half() {");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .singleElement()
                .asString()
                .contains("reached end of file");
    }

    @Test
    void aCompactFileMustBeNamedLikeAClassAndTheErrorSaysHow() throws IOException {
        Path file = Tasks.write(folder, "send-mail.java", "@dev.errand.AsTask void send() {}\n");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .singleElement()
                .asString()
                .endsWith(
                        "the name of a compact source file must be a Java identifier: rename send-mail.java to SendMail.java");
    }

    @Test
    void mistakesInADeclarationAreReportedAtTheMethod() throws IOException {
        Path file = Tasks.write(folder, "Wrong.java", """
                import dev.errand.*;
                class Wrong {
                    @AsTask(timeout = "soon")
                    void bad() {}
                    @AsTask void two(int a, int b) {}
                    @AsTask("not an id") void named() {}
                    class Inner { @AsTask void inner() {} }
                    @AsTask("same") static void one() {}
                    @AsTask("Same") static void other() {}
                    @AsTask(cron = "61 * * * *") void never() {}
                    @AsTask(zone = "UTC") void nowhere() {}
                }
                """);
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .anySatisfy(line -> assertThat(line).contains(file + ":4:10 bad: 'soon' is not a duration"))
                .anySatisfy(line -> assertThat(line).contains(":5:18 two: a task takes one payload"))
                .anySatisfy(line -> assertThat(line).contains("'not an id' is no task id"))
                .anySatisfy(line -> assertThat(line).contains("Inner has no constructor without parameters"))
                .anySatisfy(line -> assertThat(line).contains("two methods declare the task 'Same'"))
                .anySatisfy(line -> assertThat(line).contains(":10:39 never: '61 * * * *' is no cron expression"))
                .anySatisfy(line -> assertThat(line).contains("nowhere: the zone UTC is of no use without cron"))
                .hasSize(7);
    }

    @Test
    void aSourceWithoutATaskSaysSo() throws IOException {
        Path file = Tasks.write(folder, "Empty.java", "class Empty {}\n");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .containsExactly(file + " declares no task: mark a method with @AsTask (import dev.errand.*)");
    }

    private static List<Task<?, ?>> sorted(TaskFiles files) {
        assertThat(files.diagnostics()).isEmpty();
        return files.tasks().stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
    }

    private static String name(Type type) {
        return type.getTypeName();
    }
}
