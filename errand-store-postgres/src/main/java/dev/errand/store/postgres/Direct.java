package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.format.States;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Rules;
import dev.errand.store.postgres.Chunks.NewChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Claims new runs as they are stored, where this node has asked for runs like these and no others wait. */
final class Direct {
    private static final int MOST_CHUNKS = 64;

    private final Surroundings surroundings;
    private final Claiming claiming;
    private final Held held;
    private final Reconciling reconciling;

    Direct(Surroundings surroundings, Claiming claiming, Held held, Reconciling reconciling) {
        this.surroundings = surroundings;
        this.claiming = claiming;
        this.held = held;
        this.reconciling = reconciling;
    }

    /** Null if they are to be stored unclaimed. To be settled or withdrawn. */
    @Nullable
    Offer offer(List<NewChunk> chunks, int runs) {
        Rules rules = surroundings.tasks().rules();
        if (surroundings.node() == 0
                || chunks.size() > MOST_CHUNKS
                || !chunks.stream().allMatch(chunk -> suits(chunk, rules))) {
            return null;
        }
        Set<String> tasks =
                chunks.stream().map(chunk -> chunk.runs.getFirst().task()).collect(Collectors.toSet());
        Claiming.@Nullable Standing standing = claiming.lendForNew(tasks);
        // From here on what is held waits for these to be marked for limits that are new: those have to be known.
        if (standing != null
                && (runs > standing.request().max()
                        || !isAsked(chunks, rules, standing.request())
                        || !rules.equals(surroundings.tasks().rules()))) {
            claiming.giveBack(standing, List.of());
            return null;
        }
        return standing == null ? null : new Offer(standing, chunks, rules.version());
    }

    /** Whether the node works on the queues where they wait. */
    private static boolean isAsked(List<NewChunk> chunks, Rules rules, ClaimRequest request) {
        return chunks.stream().allMatch(chunk -> rules.isIn(rules.place(Lines.place(chunk.line)), request.queues()));
    }

    private boolean suits(NewChunk chunk, Rules rules) {
        return chunk.state == States.QUEUED
                && chunk.expires == null
                && Lines.keyOf(chunk.line) == 0
                && rules.isPlain(Lines.place(chunk.line))
                && !surroundings.tasks().isRemoved(chunk.task);
    }

    /** New runs, and the request they are for. */
    final class Offer {
        private final Claiming.Standing standing;
        private final List<NewChunk> chunks;
        private final long firstClaim;
        private final long rules;
        private final long begun = System.nanoTime();

        private Offer(Claiming.Standing standing, List<NewChunk> chunks, long rules) {
            this.standing = standing;
            this.chunks = chunks;
            this.rules = rules;
            this.firstClaim = held.newClaims(surroundings.node(), chunks.size());
            // Before they are in the table, so that nobody takes them for claims that nobody remembers.
            for (NewChunk chunk : chunks) {
                Held.Key key = new Held.Key(chunk.line, chunk.position, chunk.first(), false);
                int runs = chunk.runs.size();
                held.add(new Held.Chunk(key, claim(chunk), runs, runs == 1));
            }
        }

        /** The id of the claim under which the chunk is to be stored. */
        long claim(NewChunk chunk) {
            return firstClaim + chunks.indexOf(chunk);
        }

        /** The version of the rules by which nothing keeps them from being claimed. */
        long rules() {
            return rules;
        }

        /** They are stored; claimed, unless this node was taken for dead. */
        void settle(boolean claimed) {
            if (claimed && Reconciling.isLate(begun)) {
                reconciling.doubt(); // others may have taken them back by now
                withdraw();
                return;
            }
            if (!claimed) {
                withdraw();
                return;
            }
            List<Claim> claims = new ArrayList<>();
            for (NewChunk chunk : chunks) {
                long id = claim(chunk);
                for (int i = 0; i < chunk.runs.size(); i++) {
                    claims.add(claim(id, i, chunk.runs.get(i)));
                }
            }
            claiming.giveBack(standing, claims);
        }

        /** They are not stored, or nobody knows. */
        void withdraw() {
            chunks.forEach(chunk -> held.remove(claim(chunk)));
            claiming.giveBack(standing, List.of());
        }

        private static Claim claim(long id, int number, NewRun run) {
            RunId runId = run.id();
            return new Claim(
                    id,
                    number,
                    runId,
                    run.task(),
                    run.name(),
                    run.tags(),
                    1,
                    0,
                    false,
                    false,
                    run.createdAt(),
                    run.dueAt(),
                    run.expiresAt(),
                    run.payload(),
                    run.options().metadata(),
                    run.options(),
                    null,
                    true);
        }
    }
}
