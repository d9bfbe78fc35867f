package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;

/** A process that fires schedules every second until it is killed. */
final class ScheduledProcess extends WorkingProcess {
    static final int SCHEDULES = 32;

    /** Returns when it works. */
    ScheduledProcess(String url) throws IOException {
        super(ScheduledProcess.class, url);
    }

    /** With code that fires a number of schedules each second. */
    static Task<ScheduledTime, ?> task() {
        var task = Task.named("tick", ScheduledTime.class);
        for (int i = 0; i < SCHEDULES; i++) {
            task = task.schedule("tick-" + i, Schedule.cronWithSeconds("* * * * * *"));
        }
        return task.run((time, run) -> {});
    }

    static ErrandBuilder engine(String url) {
        return Errand.builder().store(url).tasks(task());
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = engine(arguments[0]).open()) {
            System.out.println(errand.concurrency() > 0 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
