package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PathsTest {
    private static final List<String> NAMES =
            List.of("a", "a.b", "a/b", "a#1", "@a@1", "a|b", "%", "%40", "name:a", "Größe", "in:a");

    @Test
    void noTwoPlacesAreWrittenAlike() {
        Set<String> written = new HashSet<>();
        for (String one : NAMES) {
            for (String other : NAMES) {
                String branch = Paths.branch(Paths.TOP, one, 1, other);
                for (String path : List.of(
                        branch,
                        Paths.branch(Paths.TOP, one, 11, other),
                        Paths.branch(Paths.iteration(Paths.TOP, one, 3), other, 1, "b"),
                        Paths.iteration(Paths.branch(Paths.TOP, one, 1, "b"), other, 3))) {
                    assertThat(written.add(path)).as(path).isTrue();
                    String key = Paths.key(path, "name:a|b#1");
                    assertThat(Paths.path(key)).isEqualTo(path);
                    assertThat(Paths.inner(key)).isEqualTo("name:a|b#1");
                    assertThat(Paths.isInBranch(path)).isTrue();
                }
                assertThat(Paths.isIn(branch, Paths.TOP, one, 1)).isTrue();
                assertThat(Paths.isIn(branch, Paths.TOP, one, 2)).isFalse();
                assertThat(Paths.isIn(branch, Paths.TOP, one + "x", 1)).isFalse();
            }
        }
    }

    @Test
    void anIterationIsFoundInItsPath() {
        for (String loop : NAMES) {
            String iteration = Paths.iteration(Paths.TOP, loop, 12);
            assertThat(Paths.isInBranch(iteration)).isFalse();
            assertThat(Paths.shown(iteration)).isEqualTo(loop + "[12]");
            for (String path : List.of(
                    iteration,
                    Paths.branch(iteration, "checks", 1, "b"),
                    Paths.iteration(Paths.branch(Paths.TOP, "checks", 1, "b"), loop, 12))) {
                assertThat(Paths.iteration(path)).isEqualTo(new Paths.Iteration(Paths.escaped(loop), 12));
                assertThat(Paths.iteration(Paths.withoutIteration(path))).isNull();
            }
        }
        assertThat(Paths.iteration(Paths.branch(Paths.TOP, "@a@1", 1, "@a@1"))).isNull();
    }

    @Test
    void aPlaceIsShownInWords() {
        String path = Paths.branch(Paths.iteration(Paths.TOP, "track", 3), "checks", 1, "stock/2");
        assertThat(Paths.shown(path)).isEqualTo("track[3] / checks.stock/2");
        assertThat(Paths.shown(Paths.branch(Paths.TOP, "checks", 2, "a"))).isEqualTo("checks.a#2");
        assertThat(Paths.shown(Paths.TOP)).isNull();
        assertThat(Paths.withoutIteration(path)).isEqualTo("checks.stock%2F2#1");
    }

    @Test
    void whatIsAtTheTopHasNoPath() {
        assertThat(Paths.key(Paths.TOP, "name:a#1")).isEqualTo("name:a#1");
        assertThat(Paths.path("key:in:a|b")).isEqualTo(Paths.TOP);
        assertThat(Paths.inner("key:in:a|b")).isEqualTo("key:in:a|b");
    }
}
