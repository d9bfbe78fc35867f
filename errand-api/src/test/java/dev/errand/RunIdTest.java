package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunIdTest {
    @Test
    void anIdPrintsAsPrefixAndTwentySixDigitsAndIsReadBack() {
        RunId id = RunId.next();
        assertThat(id.toString()).matches("run_[0-9a-hjkmnp-tv-z]{26}");
        assertThat(RunId.of(id.toString())).isEqualTo(id);
        assertThat(RunId.of("  " + id.toString().toUpperCase(Locale.ROOT) + " "))
                .isEqualTo(id);
    }

    @Test
    void idsGrowAndTheirTextSortsAsTheyDo() {
        List<RunId> ids =
                IntStream.range(0, 100_000).mapToObj(i -> RunId.next()).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        List<String> texts = new ArrayList<>(ids.stream().map(RunId::toString).toList());
        assertThat(texts).isSorted();
    }

    @Test
    void idsMadeByManyThreadsAreUnique() throws InterruptedException {
        Set<RunId> ids = new ConcurrentSkipListSet<>();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> Thread.startVirtualThread(
                        () -> IntStream.range(0, 10_000).forEach(n -> ids.add(RunId.next()))))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ids).hasSize(80_000);
    }

    @Test
    void anIdIsAUuidOfVersionSevenThatKnowsWhenItWasMade() {
        RunId id = RunId.next();
        UUID uuid = new UUID(id.high(), id.low());
        assertThat(uuid.version()).isEqualTo(7);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(Duration.between(id.madeAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void theExtremesAreReadBack() {
        Set<RunId> ids = new TreeSet<>(List.of(new RunId(0, 0), new RunId(-1, -1), new RunId(Long.MIN_VALUE, 1)));
        assertThat(ids).allMatch(id -> RunId.of(id.toString()).equals(id));
        assertThat(ids.iterator().next()).isEqualTo(new RunId(0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run_",
                "run_0000000000000000000000000",
                "job_00000000000000000000000000",
                "run_80000000000000000000000000",
                "run_0000000000000000000000000u",
                "run_0000000000000000000000000é"
            })
    void whatIsNoIdIsRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunId.of(text))
                .withMessageContaining("'" + text + "' is not a run id; one looks like run_");
    }
}
