package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that only some nodes may run; two engines on one store, both with the code of all tasks. */
class NodeTagsTest {
    private static final Task<Void, Long> ANYWHERE =
            Task.named("anywhere", Void.class, Long.class).run((payload, run) -> 0L);
    private static final Task<Void, Long> DRAW =
            Task.named("draw", Void.class, Long.class).nodeTags("gpu").run((payload, run) -> 1L);
    private static final Task<Void, Long> RENDER =
            Task.named("render", Void.class, Long.class).nodeTags("gpu", "big").run((payload, run) -> 2L);

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path folder;

    private String url;
    private TestErrand plain;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        plain = engine("plain");
    }

    @AfterEach
    void close() {
        plain.close();
    }

    private TestErrand engine(String name, String... tags) {
        return TestErrand.open(
                clock,
                settings -> settings.store(url)
                        .nodeName(name)
                        .nodeTags(tags)
                        .concurrency(2)
                        .tasks(ANYWHERE, DRAW, RENDER));
    }

    private static long number(Errand errand) {
        return errand.nodes().stream()
                .filter(each -> each.self())
                .findFirst()
                .orElseThrow()
                .number();
    }

    @Test
    void aRunWaitsForANodeWithItsTagsWhileOthersPassIt() throws InterruptedException {
        // given
        Run<Long> draw = plain.errand().trigger(DRAW, null);
        // when
        assertThat(plain.errand().trigger(ANYWHERE, null)).endsWithin(SOON).isCompleted();
        // then
        assertThat(draw).hasState(RunState.QUEUED);
        assertThat(plain.errand().why(draw.id()))
                .contains("a node with the tag gpu")
                .contains("draw");
        // when
        try (TestErrand tagged = engine("tagged", "gpu")) {
            // then
            assertThat(draw).endsWithin(SOON).isCompleted();
            assertThat(draw.info().node()).isEqualTo(number(tagged.errand()));
        }
    }

    @Test
    void aNodeNeedsAllTagsOfATask() throws InterruptedException {
        try (TestErrand gpu = engine("gpu", "gpu")) {
            Run<Long> render = plain.errand().trigger(RENDER, null);
            assertThat(gpu.errand().trigger(DRAW, null)).endsWithin(SOON).isCompleted();
            assertThat(render).hasState(RunState.QUEUED);
            assertThat(plain.errand().why(render.id())).contains("a node with the tags gpu and big");
            try (TestErrand big = engine("big", "big", "gpu", "more")) {
                assertThat(render).endsWithin(SOON).isCompleted();
                assertThat(render.info().node()).isEqualTo(number(big.errand()));
            }
        }
    }

    @Test
    void aNodeWithTagsRunsWhatAsksForNone() throws InterruptedException {
        try (TestErrand tagged = engine("tagged", "gpu")) {
            plain.close();
            assertThat(tagged.errand().trigger(ANYWHERE, null)).endsWithin(SOON).isCompleted();
        }
    }

    @Test
    void nodesServeWhatTheyMayRunAndTheDefinitionSaysWhatItAsksFor() {
        try (TestErrand tagged = engine("tagged", "gpu")) {
            assertThat(tagged.errand().nodes())
                    .extracting(node -> List.copyOf(node.tasks()))
                    .containsExactly(List.of("anywhere"), List.of("anywhere", "draw"));
        }
        assertThat(plain.errand().task("render"))
                .map(TaskInfo::nodeTags)
                .hasValueSatisfying(tags -> assertThat(tags).containsExactly("gpu", "big"));
        assertThat(plain.errand().task("anywhere"))
                .map(TaskInfo::nodeTags)
                .hasValueSatisfying(tags -> assertThat(tags).isEmpty());
    }

    @Test
    void whatIsNoTagIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Errand.builder().nodeTags("a tag"))
                .withMessageContaining("'a tag' is no node tag");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named("draw", Void.class).nodeTags(""))
                .withMessageContaining("'' is no node tag");
    }
}
