package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The standing request for claims. It is served inside every transaction that might have made something claimable, so that one
 * sync of the disk takes a run from its trigger to its claim. On the writer's thread only.
 */
final class Claiming {
    /** What somebody waits for. */
    record Standing(ClaimRequest request, CompletableFuture<List<Claim>> stage) {}

    private @Nullable Standing standing;
    private final LimitedHeads under = new LimitedHeads();
    private List<Claim> taken = List.of();
    private Set<Integer> known = Set.of();
    private @Nullable Set<String> knownFrom;
    private long knownVersion;
    private Rules knownRules = Rules.NONE;
    private long outstanding;

    /** Makes it the standing request. */
    boolean request(Tx tx, Standing next) {
        if (tx.node() == 0) {
            throw new IllegalStateException("only a node claims runs; join first");
        }
        Standing before = standing;
        standing = next;
        if (before != null && !before.equals(next)) {
            before.stage().complete(List.of());
        }
        return true;
    }

    /** Whether it is worth trying. */
    boolean isPossible(Tx tx) {
        return standing != null && tx.backlog().hasAnyOf(known(tx, standing.request()));
    }

    void serve(Tx tx) throws SQLException {
        if (tx.isFreed()) {
            tx.backlog().unblock();
        }
        if (standing != null && isPossible(tx)) {
            ClaimRequest request = standing.request();
            taken = take(tx, tx.backlog().of(known(tx, request)), request.max());
        }
    }

    /** Where limits are to be kept, and where not: neither takes all while the other has something too. */
    private List<Claim> take(Tx tx, Set<Integer> places, int max) throws SQLException {
        List<Integer> limited =
                places.stream().filter(place -> !tx.rules().isPlain(place)).toList();
        if (limited.isEmpty()) {
            return Heads.take(tx, places, max);
        }
        limited.forEach(places::remove);
        List<Claim> claims = new ArrayList<>(under.take(tx, limited, places.isEmpty() ? max : (max + 1) / 2));
        if (claims.size() < max && !places.isEmpty()) {
            claims.addAll(Heads.take(tx, places, max - claims.size()));
        }
        return claims;
    }

    /** @param ended how many claims were given up in the transaction */
    void committed(int ended) {
        outstanding -= ended;
        Standing served = standing;
        if (served != null && !taken.isEmpty()) {
            List<Claim> claims = taken;
            taken = List.of();
            standing = null;
            outstanding += claims.size();
            served.stage().complete(claims);
        }
    }

    void rolledBack() {
        taken = List.of();
    }

    /** Whether this node may hold claims still. */
    boolean mayHold() {
        return outstanding > 0;
    }

    /** Withdraws the standing request: this is no node any more. */
    void withdraw() {
        outstanding = 0;
        close();
    }

    void close() {
        Standing last = standing;
        standing = null;
        if (last != null) {
            last.stage().complete(List.of());
        }
    }

    /** The numbers of the places of the tasks asked for; those of removed tasks are left to {@link Advancing}. */
    private Set<Integer> known(Tx tx, ClaimRequest request) {
        TaskNumbers tasks = tx.tasks();
        if (!request.tasks().equals(knownFrom)
                || knownVersion != tasks.version()
                || !tx.rules().equals(knownRules)) {
            Set<Integer> numbers = new HashSet<>();
            for (String id : request.tasks()) {
                Integer number = tasks.find(id);
                if (number != null && !tasks.isRemoved(number)) {
                    tx.rules().placesOf(number).forEach(place -> numbers.add(place.number()));
                }
            }
            known = numbers;
            knownFrom = request.tasks();
            knownVersion = tasks.version();
            knownRules = tx.rules();
        }
        return known;
    }
}
