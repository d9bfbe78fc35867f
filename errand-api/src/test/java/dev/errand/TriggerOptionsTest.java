package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TriggerOptionsTest {
    private final TriggerOptions none = TriggerOptions.none();

    @Test
    void theLastOfDelayAndInstantCounts() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        assertThat(none.after(Duration.ofSeconds(5)).at(noon).delay()).isNull();
        assertThat(none.at(noon).after(Duration.ofSeconds(5)).due()).isNull();
    }

    @Test
    void whatMakesNoSenseIsRefusedAndNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.after(Duration.ofSeconds(-1)))
                .withMessageContaining("delay");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.timeout(Duration.ofDays(1_000_000)))
                .withMessageContaining("timeout");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.priority(-1))
                .withMessageContaining("priority is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.priority(40_000_000))
                .withMessageContaining("31536000");
        assertThatIllegalArgumentException().isThrownBy(() -> none.attempts(0)).withMessageContaining("attempts is 0");
        assertThatIllegalArgumentException().isThrownBy(() -> none.name(" ")).withMessageContaining("name");
    }

    @Test
    void retriesAreTheAttemptsButTheFirst() {
        assertThat(none.attemptsInAll()).isNull();
        assertThat(none.attempts(3).attemptsInAll()).isEqualTo(3);
        assertThat(none.maxRetries(0).attemptsInAll()).isEqualTo(1);
        assertThat(none.maxRetries(5).maxRetries(2).attemptsInAll()).isEqualTo(3);
    }

    @Test
    void attemptsAndMaxRetriesTogetherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.attempts(3).maxRetries(2))
                .withMessageContaining("attempts and maxRetries both");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.maxRetries(2).attempts(3))
                .withMessageContaining("attempts and maxRetries both");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.maxRetries(-1))
                .withMessageContaining("maxRetries is -1");
    }

    @Test
    void aRunHasAtMostTenTagsOfAtMost128Characters() {
        String[] eleven = IntStream.range(0, 11).mapToObj(i -> "t" + i).toArray(String[]::new);
        assertThatIllegalArgumentException().isThrownBy(() -> none.tags(eleven)).withMessageContaining("10 tags");
        assertThatIllegalArgumentException().isThrownBy(() -> none.tags("x".repeat(129)));
        assertThatIllegalArgumentException().isThrownBy(() -> none.tags(""));
        assertThat(none.tags("a", "b").tags()).containsExactly("a", "b");
    }

    @Test
    void aPageHasOneToAThousandRuns() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunQuery.all().limit(0))
                .withMessageContaining("limit is 0");
        assertThatIllegalArgumentException().isThrownBy(() -> RunQuery.all().limit(1001));
    }
}
