package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.LoopAnswer;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/loops.md, so that what stands there compiles and holds. */
class TrackingTest {
    record Parcel(String number) {}

    record Status(boolean delivered, String place) {}

    private final List<String> done = new ArrayList<>();

    private Status ask(Parcel parcel, String courier) {
        done.add("ask " + courier);
        return new Status(done.size() > 3, "parcel " + parcel.number() + " is at door " + done.size());
    }

    private String courier(Parcel parcel) {
        done.add("courier of " + parcel.number());
        return "bike";
    }

    private final Task<Parcel, String> track = Task.named("track", Parcel.class, String.class)
            .run((parcel, run) -> run.loop("track", Duration.ofMinutes(10), iteration -> {
                StepOptions once = StepOptions.none().oncePerRun();
                String courier = run.step("courier", String.class, once, () -> courier(parcel)); // once in all
                Status status = run.step("ask", Status.class, () -> ask(parcel, courier)); // once in each iteration
                return status.delivered() ? LoopAnswer.done(status.place()) : LoopAnswer.again();
            }));

    @AutoClose
    private final TestErrand test = TestErrand.open(track);

    @Test
    void theExampleAsksEveryTenMinutes() throws InterruptedException {
        Run<String> run = test.errand().trigger(track, new Parcel("7"));
        test.until(run, RunState.WAITING);
        test.advance(Duration.ofMinutes(10));
        assertThat(test.errand().why(run.id())).contains("the next iteration of 'track', of which 2 have finished");
        assertThat(test.finish(run)).isCompleted().hasOutput("parcel 7 is at door 4");
        assertThat(done).containsExactly("courier of 7", "ask bike", "ask bike", "ask bike");
    }
}
