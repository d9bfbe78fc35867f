package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import dev.errand.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process whose one task waits until a balance exceeds ten, and which dies on the way, if it is to. */
final class UntilProcess extends WorkingProcess {
    /** Where it dies. */
    enum Dies {
        NEVER,
        /** As the condition looks for the second time. */
        LOOKING,
        /** As soon as the condition has held. */
        AWAKE
    }

    static final String TASK = "until";
    static final String BALANCE = "balance";

    /** Returns when it works. */
    UntilProcess(String url, Path calls, Dies dies) throws IOException {
        super(UntilProcess.class, url, calls.toString(), dies.name());
    }

    /** @param calls the file to which each look adds a line */
    static Task<String, Integer> task(Path calls, Dies dies) {
        return Task.named(TASK, String.class, Integer.class).run((payload, run) -> {
            Value<Integer> balance = run.value(BALANCE, Integer.class);
            int rich = run.until("rich", Integer.class, () -> {
                Files.writeString(calls, "look\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (dies == Dies.LOOKING && looks(calls) == 2) {
                    Runtime.getRuntime().halt(9);
                }
                return balance.get().filter(now -> now > 10);
            });
            if (dies == Dies.AWAKE) {
                Runtime.getRuntime().halt(9);
            }
            return rich;
        });
    }

    static int looks(Path calls) throws IOException {
        return Files.readAllLines(calls).size();
    }

    /** Arguments: the store's URL, the file of calls, where it dies. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task(Path.of(arguments[1]), Dies.valueOf(arguments[2])))
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
