package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that share a row with new ones in the store they are moved to, though they have steps. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedStepsTest {
    private static final int RUNS = 5;
    private static final String DATABASE =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    @TempDir
    private Path folder;

    @Test
    void aRunThatWasGivenBackWithStepsIsNotTakenForANewOne() throws Exception {
        // given
        String from = "jdbc:sqlite:" + folder.resolve("given-back.db");
        Task<Integer, Void> greet =
                Task.named("greet", Integer.class, Void.class).run((number, run) -> null);
        Clock once = Clock.fixed(Instant.now().minusSeconds(60), ZoneOffset.UTC); // due together, they share a row
        try (Errand errand = Errand.builder()
                .store(from)
                .clock(once)
                .concurrency(0)
                .tasks(greet)
                .open()) {
            errand.triggerAll(greet, IntStream.range(0, RUNS).boxed().toList());
        }
        RunId withStep;
        try (Store store = new VariedRuns(from).store(from)) {
            List<Claim> claims = claimAll(store);
            withStep = claims.get(2).run();
            Instant now = Instant.now();
            StepEntry step = new StepEntry(1, "name:pay#1", "pay", 1, now, now, null, null);
            List<Report> reports = new ArrayList<>();
            reports.add(new Report.Journaled(claims.get(2), step));
            claims.forEach(claim -> reports.add(new Report.Released(claim)));
            store.record(reports).toCompletableFuture().get();
        }
        // when
        String there = DATABASE + "&errand.schema=copied_steps";
        new StoreCopy(from, there).run(progress -> {});
        // then
        for (String url : List.of(from, there)) {
            try (Store store = new VariedRuns(url).store(url)) {
                assertThat(claimAll(store))
                        .as(url)
                        .filteredOn(claim -> claim.run().equals(withStep))
                        .singleElement()
                        .matches(claim -> !claim.stepless());
            }
        }
    }

    private static List<Claim> claimAll(Store store) throws Exception {
        store.join("claims", RUNS);
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < RUNS) {
            claims.addAll(store.claim(new ClaimRequest(RUNS, Set.of("greet")))
                    .toCompletableFuture()
                    .get());
        }
        return claims;
    }
}
