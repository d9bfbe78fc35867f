package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CompareOptionsTest {
    private static CompareOptions parse(String... arguments) {
        return CompareOptions.parse(arguments, Path.of("target"));
    }

    @Test
    void withoutAnyEverybodyTakesPart() {
        assertThat(parse().contestants()).containsExactly(Contestant.values());
        assertThat(parse().postgres()).isNull();
    }

    @Test
    void whoTakesPartIsSaidByName() {
        assertThat(parse("--engines", "db-scheduler,Errand").contestants())
                .containsExactly(Contestant.DB_SCHEDULER, Contestant.ERRAND);
    }

    @Test
    void aFullComparisonHoldsTheTransactionForTwoMinutesAndHasTenMillionRuns() {
        CompareOptions full = parse("--full");

        assertThat(full.holdSeconds()).isEqualTo(120);
        assertThat(full.finished()).isEqualTo(10_000_000);
        assertThat(full.delayed()).isEqualTo(1_000_000);
    }

    @Test
    void badInputGetsOneLine() {
        assertThatThrownBy(() -> parse("--engines", "sidekiq"))
                .hasMessageContaining("'sidekiq'")
                .hasMessageContaining("pg-boss");
        assertThatThrownBy(() -> parse("--runs", "many")).hasMessage("--runs wants a number, not 'many'");
        assertThatThrownBy(() -> parse("--runs", "10")).hasMessage("--runs 10 is too small; at least 1000");
        assertThatThrownBy(() -> parse("--json")).hasMessage("--json wants a value");
        assertThatThrownBy(() -> parse("--fast")).hasMessageContaining("--fast");
    }
}
