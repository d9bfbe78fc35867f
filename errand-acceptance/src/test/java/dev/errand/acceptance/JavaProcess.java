package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import dev.errand.process.JavaCommand;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/** Processes with the class path of this one, quick to start. */
final class JavaProcess {
    private static final JavaCommand COMMAND = new JavaCommand(
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"),
            JavaProcess.class,
            folder -> List.of(TestStore.url(folder)));

    private JavaProcess() {}

    static ProcessBuilder builder(Class<?> main, List<String> arguments) {
        return new ProcessBuilder(COMMAND.of(List.of(), main, arguments)).redirectError(Redirect.INHERIT);
    }

    /** What most of them do first. Argument: the store's URL. */
    public static void main(String[] arguments) throws Exception {
        Task<String, String> task = Task.named("first", String.class, String.class)
                .run((payload, run) -> run.step("step", String.class, () -> payload));
        try (Errand errand =
                Errand.builder().store(arguments[0]).tasks(task).concurrency(1).open()) {
            errand.trigger(task, "x").await(Soon.SOON);
        }
    }
}
