package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
    @ParameterizedTest
    @CsvSource({
        "micro, 0.25, 0.25",
        "small-1x, 0.5, 0.5",
        "small-2x, 1, 1",
        "medium-1x, 1, 2",
        "medium-2x, 2, 4",
        "large-1x, 4, 8",
        "large-2x, 8, 16",
        "Large-2X, 8, 16",
        "3/6, 3, 6",
        "0.5/1.25, 0.5, 1.25",
        "big:3/6, 3, 6"
    })
    void machinesAreReadAsTheyPrint(String text, double cpus, double gigabytes) {
        Machine machine = Machine.parse(text);
        assertThat(machine.cpus()).isEqualTo(cpus);
        assertThat(machine.gigabytes()).isEqualTo(gigabytes);
        assertThat(machine.toString()).isEqualToIgnoringCase(text);
        assertThat(Machine.parse(machine.toString())).isEqualTo(machine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tiny", "3", "3/", "/6", "3/6/9", "-1/2", "a b:1/2", "NaN/1", "micro:1/1"})
    void whatIsNoMachineIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Machine.parse(text));
    }

    @Test
    void aRefusalSaysWhatThereIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Machine.parse("tiny"))
                .withMessageContaining("'tiny' is no machine")
                .withMessageContaining("micro, small-1x")
                .withMessageContaining("3/6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Machine.parse("medium-1x:9/9"))
                .withMessageContaining("medium-1x is a preset of 1 processors and 2 GB");
    }

    @Test
    void whatNoNodeCanEverHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Machine.of(2_000, 4))
                .withMessageContaining("2000 processors; from 0.05 to 1,024");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Machine.of(2, 20_000))
                .withMessageContaining("20000 GB of memory; from 0.0625 to 16,384");
        assertThatIllegalArgumentException().isThrownBy(() -> Machine.of(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Machine.of(1, Double.NaN));
    }

    @Test
    void oneHoldsAnotherThatNeedsNoMoreOfEither() {
        assertThat(Machine.of(2, 4).holds(Machine.MEDIUM_2X)).isTrue();
        assertThat(Machine.of(2, 4).holds(Machine.of(2.5, 1))).isFalse();
        assertThat(Machine.of(2, 4).holds(Machine.of(1, 5))).isFalse();
    }

    @Test
    void aSecondTryNeedsALargerMachine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named("task", Void.class)
                        .machine(Machine.MEDIUM_1X)
                        .onOutOfMemory(Machine.SMALL_2X))
                .withMessageContaining("on medium-1x (1 CPU and 2 GB), small-2x (1 CPU and 1 GB) is no help");
    }
}
