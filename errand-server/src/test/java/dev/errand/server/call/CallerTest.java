package dev.errand.server.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    @Test
    void whoHasATokenMayWhatItSaysAsFarAsItsKeyMay() {
        Caller.Token all = new Caller.Token(new Scopes(List.of("admin")), List.of(), null);
        Caller viewers = new Caller("token", Role.VIEWER, "key_1", all, null);
        assertThat(viewers.may("read", "runs", "run_1")).isTrue();
        assertThat(viewers.may("trigger", "tasks", "echo"))
                .as("more than its key may")
                .isFalse();
        Caller.Token one = new Caller.Token(new Scopes(List.of("read:runs:run_1")), List.of("payload"), null);
        Caller operators = new Caller("token", Role.OPERATOR, "key_1", one, null);
        assertThat(operators.may("read", "runs", "run_1")).isTrue();
        assertThat(operators.may("read", "runs", "run_2")).isFalse();
        assertThat(operators.may("read", "runs", "")).isFalse();
        assertThat(operators.may("write", "runs", "run_1")).isFalse();
        assertThat(operators.skipped()).containsExactly("payload");
    }

    @Test
    void onlyWhoHasAKeyHasTokensToGiveAway() {
        Answer answer = Answer.json(List.of());
        Caller nobody = new Caller("key", Role.OPERATOR);
        assertThat(nobody.granting(answer, Duration.ofHours(1), "read:runs:run_1"))
                .isEqualTo(answer);
        Caller owner = new Caller(
                "key", Role.OPERATOR, "key_1", null, (life, scopes) -> Map.of("x-given", life + " " + scopes));
        assertThat(owner.granting(answer, Duration.ofHours(1), "read:runs:run_1")
                        .headers())
                .containsEntry("x-given", "PT1H [read:runs:run_1]");
    }
}
