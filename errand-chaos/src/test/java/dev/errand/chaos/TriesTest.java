package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.chaos.Point.Deed;
import dev.errand.chaos.Point.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Points that a run does not pass are tried again, and not too many may be missed. */
class TriesTest {
    private final List<Point> tried = new ArrayList<>();

    @Test
    void aPointIsTriedUntilItIsPassed() throws Exception {
        List<Point> missed = Tries.missed(points(2), point -> {
            tried.add(point);
            return tried.size() >= 3;
        });
        assertThat(missed).isEmpty();
        assertThat(tried).extracting(Point::time).containsExactly(1, 1, 1, 2);
    }

    @Test
    void aFewThatAreNeverPassedAreTold() throws Exception {
        assertThat(Tries.missed(points(20), point -> passes(point, 3)))
                .extracting(Point::time)
                .containsExactly(1, 2, 3);
        assertThat(tried).hasSize(3 * Tries.MOST + 17);
        assertThat(Tries.missed(points(200), point -> passes(point, 10))).hasSize(10);
    }

    @Test
    void itFailsSoonIfMoreAreNeverPassed() {
        assertThatThrownBy(() -> Tries.missed(points(20), point -> passes(point, 4)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not passed again, of 20 points");
        assertThat(tried).hasSize(4 * Tries.MOST);
        assertThatThrownBy(() -> Tries.missed(points(200), point -> passes(point, 11)))
                .isInstanceOf(AssertionError.class);
    }

    private boolean passes(Point point, int missing) {
        tried.add(point);
        return point.time() > missing;
    }

    private static List<Point> points(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(time -> new Point(Side.BEFORE, Deed.KEEP, time))
                .toList();
    }
}
