package dev.errand.examples;

import dev.errand.Batch;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.RunResult;
import dev.errand.Task;
import java.time.Duration;
import java.util.List;

/** Shrinks the photos of an album as a batch, and tells what came of each, in order. */
public final class Album {
    static final Task<String, String> SHRINK = Task.named("shrink", String.class, String.class)
            .retry(Retry.none())
            .run((photo, run) -> {
                if (photo.endsWith(".txt")) {
                    throw new IllegalArgumentException(photo + " is no picture");
                }
                return "small-" + photo;
            });

    private Album() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:albums.db", SHRINK)) {
            Batch<String> album = errand.triggerBatch(
                    SHRINK,
                    List.of("beach.png", "notes.txt", "sunset.png"),
                    BatchOptions.none().name("holidays"));
            for (RunResult<String> result : album.await(Duration.ofSeconds(30))) {
                System.out.println(
                        switch (result) {
                            case RunResult.Completed<String>(var run, var thumbnail) -> thumbnail;
                            case RunResult.Unsuccessful<String> bad -> bad.reason();
                            case RunResult.Unfinished<String> late -> "not yet";
                        });
            }
        }
    }
}
