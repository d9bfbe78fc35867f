package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessesTest {
    @Test
    void readsALineEvenIfTheProgramsNameHoldsBracketsAndBlanks() {
        String line = "4711 (postgres: io (x) y) S 4700 4711 4711 0 -1 4194624 100 5 0 0 150 50 300 200 20 0 1 0 12345";

        assertThat(Processes.Stat.parse(line)).isEqualTo(new Processes.Stat(4711, 4700, 2.0, 5.0));
    }

    @Test
    void knowsThisProcess() {
        ProcessHandle self = ProcessHandle.current();

        assertThat(Processes.parent(self.pid()))
                .isEqualTo(self.parent().orElseThrow().pid());
        assertThat(Processes.seconds(self.pid())).isPositive();
        assertThat(Processes.secondsOfTree(self.pid())).isGreaterThanOrEqualTo(Processes.seconds(self.pid()) - 1);
    }
}
