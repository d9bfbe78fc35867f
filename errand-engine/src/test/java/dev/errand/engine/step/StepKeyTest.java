package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepKeyTest {
    @Test
    void noTwoStepsAreStoredAlike() {
        List<String> texts = List.of("a", "a#1", "a#1#1", "#1", "name:a", "name:a#1", "key:a", "");
        Set<String> stored = new HashSet<>();
        for (String text : texts) {
            for (StepKey key : List.of(StepKey.keyed(text), StepKey.named(text, 1), StepKey.named(text, 11))) {
                assertThat(stored.add(key.stored())).as(key.stored()).isTrue();
                assertThat(StepKey.read(key.stored())).isEqualTo(key);
            }
        }
    }

    @Test
    void whatIsNoneOfOursIsNotRead() {
        for (String other :
                List.of("", "a", "name:a", "name:#", "name:a#0", "name:a#x", "name:a#99999999999", "loop/1")) {
            assertThat(StepKey.read(other)).as(other).isNull();
        }
    }
}
