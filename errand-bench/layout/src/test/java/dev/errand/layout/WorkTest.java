package dev.errand.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkTest {
    private final Work work = new Work(100, 2);

    private static List<HeldRun> held(int number, @Nullable String key, long claim) {
        Hold hold = new Hold(NewRun.KEYED, key, 0, RunId.next(), claim);
        hold.outstanding = 1;
        return List.of(new HeldRun(hold.first, number, hold));
    }

    private void end(List<HeldRun> runs) {
        work.ending(runs);
        work.ended(runs);
    }

    @Test
    void itIsDoneOnceAllHaveEndedAndCleanIfEachWasClaimedOnce() {
        List<HeldRun> first = held(100, "a", 1);
        work.claimed(first);
        end(first);
        assertThat(work.isDone()).isFalse();

        List<HeldRun> second = held(101, "a", 2);
        work.claimed(second);
        end(second);
        assertThat(work.isDone()).isTrue();
        assertThat(work.isClean()).isTrue();
    }

    @Test
    void aRunThatWasClaimedTwiceIsNotClean() {
        List<HeldRun> first = held(100, null, 1);
        work.claimed(first);
        work.claimed(held(100, null, 2));
        end(first);
        end(first);

        assertThat(work.isClean()).isFalse();
    }

    @Test
    void aKeyThatIsHeldTwiceIsNotClean() {
        List<HeldRun> first = held(100, "a", 1);
        List<HeldRun> second = held(101, "a", 2);
        work.claimed(first);
        work.claimed(second);
        end(first);
        end(second);

        assertThat(work.isClean()).isFalse();
    }

    @Test
    void aRunThatNobodyWasToHaveIsRefused() {
        assertThatThrownBy(() -> work.claimed(held(7, null, 1))).hasMessageContaining("number 7");
    }
}
