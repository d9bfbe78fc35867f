package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is to start nothing more. */
class DrainTest {
    private final Gate gate = new Gate();
    private final Task<Integer, String> here = Task.named("work", Integer.class, String.class)
            .run((payload, run) -> {
                gate.pass();
                return "here";
            });
    private final Task<Integer, String> there =
            Task.named("work", Integer.class, String.class).run((payload, run) -> "there");
    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path folder;

    private String url;
    private TestErrand drained;
    private long node;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        drained = engine(here);
        node = self(drained).number();
    }

    @AfterEach
    void close() {
        drained.close();
    }

    private TestErrand engine(Task<Integer, String> task) {
        return TestErrand.open(
                clock, settings -> settings.store(url).tasks(task).concurrency(2));
    }

    private static NodeInfo self(TestErrand engine) {
        return engine.errand().nodes().stream()
                .filter(NodeInfo::self)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> outputs(List<Run<String>> runs) throws InterruptedException {
        List<String> outputs = new ArrayList<>();
        for (Run<String> run : runs) {
            outputs.add(run.await(SOON));
        }
        return outputs;
    }

    @Test
    void endsWhatItHasAndLeavesTheRestToOthers() throws InterruptedException {
        // given
        List<Run<String>> runs = drained.errand().triggerAll(here, List.of(1, 2, 3, 4));
        gate.awaitArrivals(2);

        // when
        assertThat(drained.errand().drainNode(node)).isTrue();
        Run<String> later = drained.errand().trigger(here, 5);
        gate.open();

        // then
        assertThat(outputs(runs.subList(0, 2))).containsOnly("here");
        assertThat(self(drained).concurrency()).isZero();
        assertThat(drained.errand().concurrency()).isZero();
        try (TestErrand other = engine(there)) {
            assertThat(outputs(runs.subList(2, 4))).containsOnly("there");
            assertThat(later.await(SOON)).isEqualTo("there");
            assertThat(other.errand().nodes()).hasSize(2);
        }
    }

    @Test
    void isToldByAnyProcessAndToldSoToWorkAgain() throws InterruptedException {
        try (TestErrand other = engine(there)) {
            // given a node drained by another
            assertThat(other.errand().drainNode(node)).isTrue();
            Soon.await("it obeys", () -> drained.errand().concurrency() == 0);
            assertThat(outputs(other.errand().triggerAll(there, List.of(1, 2, 3, 4, 5, 6))))
                    .containsOnly("there");

            // when
            assertThat(other.errand().nodeConcurrency(node, 1)).isTrue();
            assertThat(other.errand().drainNode(self(other).number())).isTrue();
            gate.open();

            // then
            assertThat(other.errand().trigger(there, 7).await(SOON)).isEqualTo("here");
        }
    }

    @Test
    void isNoNodeIfNobodyHasTheNumber() {
        assertThat(drained.errand().drainNode(node + 1_000_000)).isFalse();
    }
}
