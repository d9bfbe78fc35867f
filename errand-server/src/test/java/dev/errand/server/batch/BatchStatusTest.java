package dev.errand.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.BatchItem;
import dev.errand.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchStatusTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final List<BatchItem.Refused> ONE = List.of(new BatchItem.Refused(0, "ghost", "there is none"));

    private static BatchStatus of(
            int items, Map<RunState, Integer> states, List<BatchItem.Refused> refused, @Nullable Instant completed) {
        return BatchStatus.of(new BatchInfo(
                BatchId.next(NOW),
                null,
                NOW,
                3,
                states,
                refused.size(),
                null,
                null,
                null,
                completed,
                null,
                null,
                items,
                NOW,
                null,
                refused));
    }

    @Test
    void itIsPendingUntilAllItemsHaveComeOrItIsGivenUp() {
        assertThat(of(2, Map.of(RunState.COMPLETED, 2), List.of(), null)).isEqualTo(BatchStatus.PENDING);
        assertThat(of(2, Map.of(RunState.COMPLETED, 2), List.of(), NOW)).isEqualTo(BatchStatus.ABORTED);
    }

    @Test
    void itIsProcessingUntilAllRunsHaveEndedHoweverTheyDid() {
        Map<RunState, Integer> some = Map.of(RunState.COMPLETED, 2, RunState.RETRYING, 1);
        Map<RunState, Integer> all = Map.of(RunState.COMPLETED, 1, RunState.FAILED, 1, RunState.CANCELED, 1);
        assertThat(of(3, some, List.of(), null)).isEqualTo(BatchStatus.PROCESSING);
        assertThat(of(3, all, List.of(), null)).isEqualTo(BatchStatus.COMPLETED);
        assertThat(of(3, all, List.of(), NOW)).isEqualTo(BatchStatus.COMPLETED);
    }

    @Test
    void itHasFailedInPartIfItemsBecameNoRuns() {
        assertThat(of(3, Map.of(RunState.COMPLETED, 1, RunState.QUEUED, 1), ONE, null))
                .isEqualTo(BatchStatus.PROCESSING);
        assertThat(of(3, Map.of(RunState.COMPLETED, 2), ONE, null)).isEqualTo(BatchStatus.PARTIAL_FAILED);
    }
}
