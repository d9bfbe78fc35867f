package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepKeyTest {
    @Test
    void noTwoStepsAreStoredAlike() {
        List<String> texts = List.of("a", "a#1", "a#1#1", "#1", "name:a", "name:a#1", "key:a", "a@1", "");
        Set<String> stored = new HashSet<>();
        for (String text : texts) {
            StepKey named = StepKey.named(text, 1);
            StepKey keyed = StepKey.keyed(text);
            for (StepKey key : List.of(
                    keyed,
                    named,
                    StepKey.named(text, 11),
                    StepKey.until(text, 1),
                    StepKey.waiting(text, 1),
                    StepKey.tried(named.stored(), 1, 1),
                    StepKey.tried(keyed.stored(), 1, 1),
                    StepKey.tried(keyed.stored(), 11, 1),
                    StepKey.tried(keyed.stored(), 1, 11))) {
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
