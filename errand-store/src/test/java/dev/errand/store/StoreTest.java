package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the conformance suite share: a database with one opening of it, a clock, and the verbs in few words. */
public abstract class StoreTest {
    static final String GREET = "greet";
    static final Duration MINUTE = Duration.ofMinutes(1);

    final TestClock clock = new TestClock();
    private final List<Store> opened = new ArrayList<>();
    private StoreFixture fixture;
    Store store;

    /** A new database. */
    protected abstract StoreFixture fixture();

    @BeforeEach
    void openStore() {
        fixture = fixture();
        store = open();
    }

    @AfterEach
    void closeStores() {
        opened.forEach(Store::close);
        fixture.close();
    }

    /** One more process on the same database. */
    Store open() {
        Store another = fixture.open(clock);
        opened.add(another);
        return another;
    }

    Store openNode(String name) {
        Store another = open();
        another.join(name, 1);
        return another;
    }

    Connection connect() throws SQLException {
        return fixture.connect();
    }

    Connection connectElsewhere() throws SQLException {
        return fixture.connectElsewhere();
    }

    void reopen() {
        store.close();
        store = open();
    }

    void kill(Store victim) {
        fixture.kill(victim);
        opened.remove(victim);
    }

    RunId enqueue(NewRuns run) {
        NewRun built = run.build();
        store.enqueue(List.of(built));
        return built.id();
    }

    RunId enqueueGreet() {
        return enqueue(NewRuns.of(GREET, clock));
    }

    /** Joins if need be, and claims one run that must be there. */
    Claim claimOne() {
        return claim(store, 1).getFirst();
    }

    List<Claim> claim(Store by, int max) {
        return await(by.claim(new ClaimRequest(max, Set.of(GREET))));
    }

    void assertNothingClaimable(Store by) {
        assertThat(claimNow(by, 100)).as("claimable runs").isEmpty();
    }

    /** What can be claimed without waiting for anything. */
    List<Claim> claimNow(Store by, int max) {
        return claimNow(by, new ClaimRequest(max, Set.of(GREET)));
    }

    /** As {@link #claimNow(Store, int)}, whatever is asked for. */
    List<Claim> claimNow(Store by, ClaimRequest request) {
        CompletionStage<List<Claim>> answer = by.claim(request);
        by.removeTask("no such task"); // which may be anything that is written: it has to look
        fixture.awaitLook(by);
        by.claim(new ClaimRequest(1, Set.of("no such task")));
        return await(answer);
    }

    /** Looks until there is some, for so long at most. */
    List<Claim> claimSome(Store by, ClaimRequest request, Duration patience) {
        return eventually(() -> claimNow(by, request), claims -> !claims.isEmpty(), patience);
    }

    Receipt record(Report report) {
        return await(store.record(List.of(report))).getFirst();
    }

    Report.Ended completed(Claim claim) {
        return ended(claim, RunState.COMPLETED, null, false);
    }

    Report.Ended failed(Claim claim, boolean retriable) {
        return ended(claim, RunState.FAILED, failure(claim, FailureKind.ERROR), retriable);
    }

    Report.Ended ended(Claim claim, RunState state, @Nullable Failure failure, boolean retriable) {
        byte[] output = state == RunState.COMPLETED ? "\"done\"".getBytes(StandardCharsets.UTF_8) : null;
        String reason = state == RunState.COMPLETED ? null : "because";
        return new Report.Ended(claim, state, clock.instant(), clock.instant(), output, failure, reason, retriable);
    }

    Failure failure(Claim claim, FailureKind kind) {
        return new Failure(kind, "java.io.IOException", "boom", "at Somewhere\n", claim.attempt(), clock.instant());
    }

    Report.Retried retried(Claim claim, Duration delay) {
        Instant now = clock.instant();
        return new Report.Retried(claim, now, now, failure(claim, FailureKind.ERROR), now.plus(delay));
    }

    RunInfo info(RunId run) {
        return store.find(run).orElseThrow();
    }

    RunState state(RunId run) {
        return info(run).state();
    }

    static List<Event> events(Store store) {
        return store.events(EventCursor.START, 1_000_000).events();
    }

    /** As soon as there are so many: what happened in a user's transaction is told a moment after its commit. */
    static List<Event> events(Store store, int count) {
        return eventually(() -> events(store), events -> events.size() >= count);
    }

    /** What is seen once it is as awaited; or after a minute, as it is then. */
    static <T> T eventually(Supplier<T> look, Predicate<T> awaited) {
        return eventually(look, awaited, MINUTE);
    }

    /** Likewise, after that time. */
    static <T> T eventually(Supplier<T> look, Predicate<T> awaited, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        T seen = look.get();
        while (!awaited.test(seen) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            seen = look.get();
        }
        return seen;
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
