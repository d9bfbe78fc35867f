package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait for events, whoever raises them, and whoever of those that would wake them comes and goes, or dies. */
class UntilEventDeathTest {
    @TempDir
    Path folder;

    private Path looks;
    private String url;
    private Errand outside;

    @BeforeEach
    void open() {
        looks = folder.resolve("looks.txt");
        url = TestStore.url(folder);
        outside = Errand.builder().store(url).concurrency(0).open();
    }

    @AfterEach
    void close() {
        outside.close();
    }

    private Errand node() {
        return UntilEventProcess.open(url, looks);
    }

    private Run<Json> waiting(String mine) throws InterruptedException {
        Run<Json> run = outside.trigger(UntilEventProcess.TASK, mine);
        Soon.await("it waits", () -> run.state() == RunState.WAITING);
        return run;
    }

    private static void assertRead(Run<Json> run, String mine) throws InterruptedException {
        assertThat(run.await(SOON)).isEqualTo(new Json(mine));
        assertThat(run).hasAttempts(1).hasSteps("mail");
    }

    private int looks() {
        try {
            return UntilEventProcess.looks(looks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRunWhoseProcessDiesWhileItWaitsIsWokenElsewhere() throws Exception {
        Run<Json> first;
        Run<Json> second;
        try (UntilEventProcess process = new UntilEventProcess(url, looks)) {
            first = waiting("1");
            second = waiting("2");
            process.kill();
        }
        outside.raise("letter", 1); // while nobody works
        try (Errand errand = node()) {
            assertThat(errand.subscriptions()).isEmpty();
            assertRead(first, "1");
            Soon.await("it has looked, and waits", () -> second.state() == RunState.WAITING);
            outside.raise("letter", 2);
            assertRead(second, "2");
        }
    }

    /** One to which nobody has waited for anything before. */
    @Test
    void aProcessThatLivesWakesTheRunsOfOneThatHasDied() throws Exception {
        Run<Json> run;
        try (UntilEventProcess process = new UntilEventProcess(url, looks)) {
            run = waiting("1");
            try (Errand survivor = node()) {
                assertThat(survivor.concurrency()).isPositive();
                process.kill();
                outside.raise("letter", 1);
                assertRead(run, "1");
            }
        }
    }

    @Test
    void whatTheLogForgotBeforeItWasReadHasThoseLookAgainWhoWait() throws Exception {
        Run<Json> run;
        try (Errand first = node()) {
            run = waiting("1");
            first.raise("postcard", 1);
        }
        outside.raise("letter", 2);
        TestStore.trimLog(url);
        int before = looks();
        try (Errand second = node()) {
            Soon.await("it looks again", () -> looks() > before);
            second.raise("letter", 1);
            assertRead(run, "1");
        }
    }

    @Test
    void noEventIsMissedThoughThoseWhoReadTheLogComeAndGo() throws Exception {
        List<Run<Json>> runs = new ArrayList<>();
        try (Errand stays = node()) {
            assertThat(stays.concurrency()).isPositive();
            for (int round = 0; round < 5; round++) {
                try (Errand goes = node()) {
                    int from = runs.size();
                    for (int i = from; i < from + 4; i++) {
                        runs.add(goes.trigger(UntilEventProcess.TASK, String.valueOf(i)));
                    }
                    for (int i = from; i < from + 4; i++) {
                        outside.raise("letter", i);
                    }
                }
            }
            for (int i = 0; i < runs.size(); i++) {
                assertRead(outside.run(runs.get(i).id()), String.valueOf(i));
            }
        }
    }
}
