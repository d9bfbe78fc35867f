package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Batch;
import dev.errand.BatchEnd;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.RunResult;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/batches.md. */
class ThumbnailsTest {
    private final BlockingQueue<String> mail = new LinkedBlockingQueue<>();

    private final Task<String, String> shrink = Task.named("shrink", String.class, String.class)
            .retry(Retry.none())
            .run((photo, run) -> {
                if (photo.endsWith(".txt")) {
                    throw new IOException(photo + " is no picture");
                }
                return "small-" + photo;
            });

    private final Task<BatchEnd, ?> report = Task.named("report", BatchEnd.class)
            .run((album, run) -> mail.add(album.name() + ": " + album.completed() + " of " + album.size()));

    @AutoClose
    private final TestErrand test = TestErrand.open(shrink, report);

    private final Errand errand = test.errand();

    @Test
    void anAlbumIsShrunk() throws InterruptedException {
        List<String> photos = List.of("beach.png", "notes.txt", "sunset.png");

        Batch<String> album = errand.triggerBatch(
                shrink, photos, BatchOptions.none().name("holidays").onComplete(report));

        List<String> thumbnails = new ArrayList<>();
        for (RunResult<String> result : album.await(Duration.ofMinutes(1))) {
            switch (result) {
                case RunResult.Completed<String>(var run, var thumbnail) -> thumbnails.add(thumbnail);
                case RunResult.Unsuccessful<String> bad -> thumbnails.add(bad.reason());
                case RunResult.Unfinished<String> late -> thumbnails.add("not yet");
            }
        }

        assertThat(thumbnails)
                .containsExactly("small-beach.png", "java.io.IOException: notes.txt is no picture", "small-sunset.png");
        assertThat(mail.poll(60, TimeUnit.SECONDS)).isEqualTo("holidays: 2 of 3");
        assertThat(album.info().ended()).isEqualTo(3);
    }

    @Test
    void differentTasksWithOptionsForEach() throws InterruptedException {
        var batch = errand.triggerBatch(
                List.of(
                        TriggerRequest.of("shrink", "beach.png"),
                        new TriggerRequest(
                                "shrink",
                                "poster.png",
                                TriggerOptions.none().priority(60).attempts(5))),
                BatchOptions.none());
        assertThat(batch.await(Duration.ofMinutes(1))).allMatch(RunResult::ok);
    }
}
