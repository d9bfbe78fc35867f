package dev.errand.costs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostBenchOptionsTest {
    private static CostBenchOptions parse(String... arguments) {
        return CostBenchOptions.parse(List.of(arguments), Path.of("target"));
    }

    @Test
    void bothStoresAreMeasuredUnlessOneIsNamed() {
        assertThat(parse().stores()).containsExactly("sqlite", "postgres");
        assertThat(parse("--stores", "postgres").stores()).containsExactly("postgres");
    }

    @Test
    void whatIsSaidHolds() {
        CostBenchOptions options = parse("--runs", "5000", "--rounds", "1", "--json", "x.json", "--only", "steps");
        assertThat(options.runs()).isEqualTo(5_000);
        assertThat(options.rounds()).isEqualTo(1);
        assertThat(options.only()).isEqualTo("steps");
        assertThat(parse().only()).isEmpty();
        assertThat(options.json()).isEqualTo(Path.of("x.json"));
    }

    @Test
    void badInputIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--stores", "oracle"))
                .withMessageContaining("oracle");
        assertThatIllegalArgumentException().isThrownBy(() -> parse("--runs")).withMessageContaining("--runs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--rounds", "many"))
                .withMessageContaining("many");
        assertThatIllegalArgumentException().isThrownBy(() -> parse("--speed")).withMessageContaining("--speed");
    }
}
