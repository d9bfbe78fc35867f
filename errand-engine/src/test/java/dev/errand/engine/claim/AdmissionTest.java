package dev.errand.engine.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Defaults;
import dev.errand.engine.task.Offer;
import dev.errand.engine.task.Tasks;
import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Machine BUDGET = Machine.of(2, 4);

    private final Tasks tasks = new Tasks(
            new Offer(Set.of(), BUDGET),
            new Defaults(Retry.none(), null, null, null),
            List.of(),
            new Contracts(new Codec()));
    private final Admission admission = new Admission(BUDGET, tasks, Clock.fixed(NOW, ZoneOffset.UTC));

    AdmissionTest() {
        tasks.add(task("free", null));
        tasks.add(task("half", Machine.MEDIUM_1X));
        tasks.add(task("all", Machine.MEDIUM_2X));
    }

    private static Task<Void, ?> task(String id, @Nullable Machine machine) {
        return Task.named(id, Void.class)
                .run((payload, run) -> {})
                .withOptions(dev.errand.TaskOptions.defaults().withMachine(machine));
    }

    private static Claim claim(String task) {
        return claim(task, null, NOW);
    }

    private static Claim claim(String task, @Nullable Machine machine, Instant due) {
        RunOptions options = RunOptions.NONE.withMachine(machine);
        return new Claim(
                1,
                1,
                RunId.next(),
                task,
                null,
                List.of(),
                1,
                0,
                false,
                false,
                due,
                due,
                null,
                new byte[0],
                null,
                options,
                null);
    }

    @Test
    void attemptsStartWhileTheirMachinesFitTheBudget() {
        Claim first = claim("half");
        assertThat(admission.take(first)).isTrue();
        assertThat(admission.take(claim("half"))).isTrue();
        assertThat(admission.take(claim("half"))).isFalse();
        assertThat(admission.take(claim("free"))).as("costs nothing").isTrue();
        assertThat(admission.free(first)).isTrue();
        assertThat(admission.take(claim("all"))).isFalse();
        assertThat(admission.take(claim("half"))).isTrue();
    }

    @Test
    void theTriggersMachineGoesBeforeTheTasks() {
        assertThat(admission.take(claim("all", Machine.MICRO, NOW))).isTrue();
        assertThat(admission.take(claim("half"))).isTrue();
        assertThat(admission.take(claim("free", Machine.MEDIUM_1X, NOW))).isFalse();
    }

    @Test
    void smallerOnesPassALargeOneForAMinuteOnly() {
        admission.take(claim("half"));
        Claim large = claim("all", null, NOW.minus(Duration.ofSeconds(59)));
        Claim waited = claim("all", null, NOW.minus(Duration.ofSeconds(61)));
        assertThat(admission.takePassing(claim("half"), waited)).isFalse();
        assertThat(admission.takePassing(claim("free"), waited)).isTrue();
        assertThat(admission.takePassing(claim("half"), large)).isTrue();
    }

    @Test
    void whatIsTooLargeForTheNodeIsLeftToOthersForAMoment() throws InterruptedException {
        Claim tooLarge = claim("half", Machine.LARGE_1X, NOW);
        assertThat(admission.names()).isSameAs(tasks.names());
        assertThat(admission.tooLarge(List.of(claim("all"), tooLarge))).containsExactly(tooLarge);
        assertThat(admission.names()).containsExactlyInAnyOrder("free", "all");
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!admission.names().equals(tasks.names()) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(admission.names()).isSameAs(tasks.names());
    }

    @Test
    void aFullNodeAsksOnlyForWhatCostsNothingUntilSomethingIsFree() {
        Claim all = claim("all");
        admission.take(all);
        admission.givenBack(List.of(claim("half")));
        assertThat(admission.names()).containsExactly("free");
        admission.free(all);
        assertThat(admission.names()).isSameAs(tasks.names());
    }

    @Test
    void whateverComesAndGoesTheBudgetIsNeverExceededAndAllOfItComesBack() {
        Random random = new Random(7);
        List<Claim> running = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextBoolean() && !running.isEmpty()) {
                admission.free(running.remove(random.nextInt(running.size())));
            } else {
                Machine machine = Machine.of(random.nextInt(1, 30) / 10.0, random.nextInt(1, 60) / 10.0);
                Claim claim = claim("half", machine, NOW);
                if (admission.take(claim)) {
                    running.add(claim);
                }
            }
            assertThat(running.stream()
                            .mapToDouble(each -> machine(each).cpus())
                            .sum())
                    .isLessThanOrEqualTo(2.000001);
            assertThat(running.stream()
                            .mapToDouble(each -> machine(each).gigabytes())
                            .sum())
                    .isLessThanOrEqualTo(4.000001);
        }
        running.forEach(admission::free);
        assertThat(admission.take(claim("all"))).isTrue();
    }

    private static Machine machine(Claim claim) {
        return java.util.Objects.requireNonNull(claim.options().machine());
    }
}
