package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process whose one task waits until a letter of its own was raised. */
final class UntilEventProcess extends WorkingProcess {
    static final String TASK = "reader";
    static final EventFilter LETTER = EventFilter.named("letter");

    /** Returns when it works. */
    UntilEventProcess(String url, Path looks) throws IOException {
        super(UntilEventProcess.class, url, looks.toString());
    }

    /** @param looks the file to which each look adds a line */
    static Task<String, Json> task(Path looks) {
        return Task.named(TASK, String.class, Json.class)
                .run((mine, run) -> run.until("mail", Json.class, () -> {
                    Files.writeString(looks, mine + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    return run.latestEvent(LETTER, event -> new Json(mine).equals(event.data()))
                            .map(Event::data);
                }));
    }

    static Errand open(String url, Path looks) {
        return Errand.builder().store(url).tasks(task(looks)).concurrency(2).open();
    }

    static int looks(Path looks) throws IOException {
        return Files.readAllLines(looks).size();
    }

    /** Arguments: the store's URL, the file of looks. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = open(arguments[0], Path.of(arguments[1]))) {
            System.out.println(errand.concurrency() > 0 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
