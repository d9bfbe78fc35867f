package dev.errand.store;

import dev.errand.RunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This node's hold on a run.
 *
 * @param id unique for ever; many runs claimed by one statement may share it
 * @param number the store's own number of the run, for its use when the claim is recorded
 * @param attempt the attempt to make, from 1
 * @param redeliveries how often a process died with this run after its start was recorded
 * @param suspect whether a process died that had claimed this run, and may have started it: its start is to be recorded before its
 *     body is called, so that a body that kills its process is found out
 * @param resumed whether the attempt began under an earlier claim, and has waited since
 * @param dueAt since when it may start: the trigger, the end of its delay, of a wait, or the latest retry
 * @param payload JSON in UTF-8
 * @param metadata a JSON object; null for none
 * @param share what it may start with, together with others; null if it may start whenever there is a slot
 * @param stepless whether the store knows without a look that nothing is kept of the run's steps
 */
public record Claim(
        long id,
        long number,
        RunId run,
        String task,
        @Nullable String name,
        List<String> tags,
        int attempt,
        int redeliveries,
        boolean suspect,
        boolean resumed,
        Instant createdAt,
        Instant dueAt,
        @Nullable Instant expiresAt,
        byte[] payload,
        @Nullable String metadata,
        RunOptions options,
        @Nullable Share share,
        boolean stepless) {
    /** Of a run of whose steps something may be kept. */
    public Claim(
            long id,
            long number,
            RunId run,
            String task,
            @Nullable String name,
            List<String> tags,
            int attempt,
            int redeliveries,
            boolean suspect,
            boolean resumed,
            Instant createdAt,
            Instant dueAt,
            @Nullable Instant expiresAt,
            byte[] payload,
            @Nullable String metadata,
            RunOptions options,
            @Nullable Share share) {
        this(
                id,
                number,
                run,
                task,
                name,
                tags,
                attempt,
                redeliveries,
                suspect,
                resumed,
                createdAt,
                dueAt,
                expiresAt,
                payload,
                metadata,
                options,
                share,
                false);
    }

    /** The same, of a run of whose steps something may be kept. */
    public Claim perhapsWithSteps() {
        return new Claim(
                id,
                number,
                run,
                task,
                name,
                tags,
                attempt,
                redeliveries,
                suspect,
                resumed,
                createdAt,
                dueAt,
                expiresAt,
                payload,
                metadata,
                options,
                share);
    }
}
