package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.EffectValidation;
import dev.errand.LogLine;
import dev.errand.LoopAnswer;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.StepOptions;
import dev.errand.testkit.TestErrand;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps that only their order tells apart, of which the author of a body is told in development. */
class RepeatedStepsTest extends Validated {
    private static final List<String> ITEMS = List.of("piano", "stool", "lamp");

    private static List<String> lines(Run<?> run) {
        return run.log().stream().map(LogLine::message).toList();
    }

    private String ship(RunContext context) throws InterruptedException {
        for (int i = 0; i < ITEMS.size(); i++) {
            context.step("ship", this::called);
        }
        return "";
    }

    @Test
    void stepsOfOneNameWithoutAKeyAreNamed() throws InterruptedException {
        Run<Object> run = finish(context -> {
            ship(context);
            context.step("charge", this::called);
            context.step("book", this::called);
            context.transaction("book", String.class, tx -> called());
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(lines(run))
                .singleElement()
                .asString()
                .contains("task 'task' calls steps of one name", "'ship' 3 times, 'book' 2 times.", "give each a key")
                .doesNotContain("charge");
    }

    @Test
    void keysIterationsAndBranchesTellThemApart() throws InterruptedException {
        Run<Object> run = finish(context -> {
            for (String item : ITEMS) {
                context.step("ship", StepOptions.none().key(item), this::called);
                context.step("look", StepOptions.none().always(), this::called);
                context.transaction("book", String.class, StepOptions.none().key("book " + item), tx -> called());
            }
            context.parallel(
                    "labels",
                    ITEMS.stream()
                            .map(item -> Branch.of(
                                    item, String.class, () -> context.step("label", String.class, this::called)))
                            .toList());
            return context.loop("tour", iteration -> {
                context.step("visit", this::called);
                return iteration == 2 ? LoopAnswer.done("") : LoopAnswer.again();
            });
        });
        assertThat(run).isCompleted();
        assertThat(lines(run)).isEmpty();
    }

    @Test
    void itIsToldOnceOfABodyThatWaits() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.log().info("before");
            ship(context);
            context.sleep("night", DAY);
            context.log().info("after");
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(lines(run))
                .hasSize(3)
                .startsWith("before", "after")
                .last()
                .asString()
                .contains("'ship' 3 times");
    }

    @Test
    void itIsAWarningQuietlyAsWellAndNothingOtherwise() throws InterruptedException {
        for (EffectValidation mode : List.of(EffectValidation.QUIET, EffectValidation.DISABLED)) {
            try (TestErrand other = TestStore.open(settings -> settings.effectValidation(mode))) {
                Run<Object> run = other.finish(trigger(other, this::ship));
                assertThat(run).isCompleted();
                assertThat(lines(run)).as("%s", mode).hasSize(mode == EffectValidation.QUIET ? 1 : 0);
            }
        }
    }
}
