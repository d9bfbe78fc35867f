package dev.errand.server.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Role;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerTest {
    private static List<Role> thoseWhoMay(String action) {
        return Arrays.stream(Role.values())
                .filter(role -> new Caller("key", role).may(action, "runs", "run_1"))
                .toList();
    }

    @Test
    void whatSomebodyWithAKeyMayFollowsFromItsRole() {
        assertThat(thoseWhoMay("read")).containsExactlyInAnyOrder(Role.VIEWER, Role.OPERATOR, Role.ADMIN);
        for (String action : List.of("write", "trigger", "batchTrigger")) {
            assertThat(thoseWhoMay(action)).as(action).containsExactlyInAnyOrder(Role.OPERATOR, Role.ADMIN);
        }
        assertThat(thoseWhoMay("admin")).containsExactly(Role.ADMIN);
    }

    @Test
    void whoMayNotIsToldWhatItTakes() {
        Caller viewer = new Caller("key", Role.VIEWER);
        viewer.require("read", "runs", "run_1");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> viewer.require("write", "runs", "run_1"))
                .withMessage("This takes the permission write:runs:run_1")
                .satisfies(problem -> assertThat(problem.answer().status()).isEqualTo(403));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> viewer.require("write", "runs", ""))
                .withMessage("This takes the permission write:runs");
    }
}
