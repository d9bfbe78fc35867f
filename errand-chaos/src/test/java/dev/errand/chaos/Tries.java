package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * Tries one run after another at each of some points, until one has passed it. Which points a run passes depends a little on timing: two
 * things may be recorded by one commit or by two, so a point that one run has passed may be missing in the next.
 */
final class Tries {
    /** A run for which something is to happen at a point. */
    interface Try {
        /** Whether the run has passed the point; if not, it has ended as if nothing were to happen. */
        boolean passes(Point point) throws Exception;
    }

    static final int MOST = 5;

    private Tries() {}

    /** Answers which points no run has passed; fails, without trying the rest, if these are more than chance explains. */
    static List<Point> missed(List<Point> points, Try one) throws Exception {
        List<Point> missed = new ArrayList<>();
        for (Point point : points) {
            if (!isPassed(point, one)) {
                missed.add(point);
                assertThat(missed)
                        .as("not passed again, of %d points", points.size())
                        .hasSizeLessThanOrEqualTo(Math.max(3, points.size() / 20));
            }
        }
        return missed;
    }

    private static boolean isPassed(Point point, Try one) throws Exception {
        for (int tries = 0; tries < MOST; tries++) {
            if (one.passes(point)) {
                return true;
            }
        }
        return false;
    }
}
