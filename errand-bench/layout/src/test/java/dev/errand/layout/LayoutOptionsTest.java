package dev.errand.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutOptionsTest {
    private static LayoutOptions parse(String... arguments) {
        return LayoutOptions.parse(List.of(arguments), Path.of("target"));
    }

    @Test
    void withoutAnyAllCandidatesTakePart() {
        assertThat(parse().candidates()).containsExactly(Candidate.values());
    }

    @Test
    void whichTakePartIsSaidByName() {
        assertThat(parse("--layouts", "rows,Chunks").candidates()).containsExactly(Candidate.ROWS, Candidate.CHUNKS);
    }

    @Test
    void aFullHistoryHasTenMillionRuns() {
        assertThat(parse("--full").finished()).isEqualTo(10_000_000);
        assertThat(parse("--full").delayed()).isEqualTo(1_000_000);
    }

    @Test
    void badInputGetsOneLine() {
        assertThatThrownBy(() -> parse("--layouts", "heap"))
                .hasMessage("'heap' is no layout; there are chunks, rows and wide");
        assertThatThrownBy(() -> parse("--runs", "many")).hasMessage("--runs wants a number, not 'many'");
        assertThatThrownBy(() -> parse("--runs", "1")).hasMessage("--runs 1 is too small; at least 100");
        assertThatThrownBy(() -> parse("--rounds")).hasMessage("--rounds wants a value");
        assertThatThrownBy(() -> parse("--fast")).hasMessageContaining("'--fast' is no option");
    }
}
