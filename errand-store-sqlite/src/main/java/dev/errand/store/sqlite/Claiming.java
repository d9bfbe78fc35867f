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
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The standing request for claims. It is served inside every transaction that might have made something claimable, so that one
 * sync of the disk takes a run from its trigger to its claim. On the writer's thread only.
 */
final class Claiming {
    /** The places that may be looked at: where no limit is to be kept, and where some are, or keys have their turns. */
    private record Known(Set<Integer> plain, Set<Integer> limited) {
        boolean has(int place) {
            return plain.contains(place) || limited.contains(place);
        }
    }

    /** What somebody waits for. */
    record Standing(ClaimRequest request, CompletableFuture<List<Claim>> stage) {}

    private @Nullable Standing standing;
    private List<Claim> taken = List.of();
    private Known known = new Known(Set.of(), Set.of());
    private @Nullable Set<String> knownFrom;
    private Set<String> knownIn = Set.of();
    private long knownVersion;
    private Rules knownRules = Rules.NONE;
    private long outstanding;
    private boolean limitedFirst = true;
    /** How many changes there were when nothing was possible; -1 if something was. */
    private long idleSince = -1;

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
        if (standing == null || !tx.isListed()) {
            return false;
        }
        Known places = known(tx, standing.request());
        Backlog backlog = tx.backlog();
        if (idleSince == backlog.changes()) {
            return false;
        }
        boolean possible = backlog.hasAny(place -> places.has(place) && backlog.isReady(place, tx.rules()));
        idleSince = possible ? -1 : backlog.changes();
        return possible;
    }

    void serve(Tx tx) throws SQLException {
        if (tx.isFreed()) {
            tx.backlog().unblock();
        }
        if (standing != null && isPossible(tx)) {
            ClaimRequest request = standing.request();
            taken = take(tx, known(tx, request), request.max());
        }
    }

    /** Where limits are to be kept, and where not: neither takes all while the other has something too, nor is always first. */
    private List<Claim> take(Tx tx, Known places, int max) throws SQLException {
        IntPredicate plain = places.plain()::contains;
        if (places.limited().isEmpty()) {
            return Heads.take(tx, plain, max);
        }
        int half = limitedFirst ? (max + 1) / 2 : max / 2;
        int share = tx.backlog().hasAny(plain) ? half : max;
        List<Claim> claims = new ArrayList<>(share == 0 ? List.of() : LimitedHeads.take(tx, places.limited(), share));
        limitedFirst = claims.isEmpty();
        claims.addAll(Heads.take(tx, plain, max - claims.size()));
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

    /** The numbers of the places of the tasks and queues asked for; those of removed tasks are left to {@link Advancing}. */
    private Known known(Tx tx, ClaimRequest request) {
        TaskNumbers tasks = tx.tasks();
        if (!request.tasks().equals(knownFrom)
                || !request.queues().equals(knownIn)
                || knownVersion != tasks.version()
                || !tx.rules().equals(knownRules)) {
            Rules rules = tx.rules();
            known = new Known(new HashSet<>(), new HashSet<>());
            for (String id : request.tasks()) {
                Integer number = tasks.find(id);
                if (number != null && !tasks.isRemoved(number)) {
                    rules.placesOf(number, request.queues())
                            .forEach(place -> (rules.isPlain(place.number()) ? known.plain() : known.limited())
                                    .add(place.number()));
                }
            }
            idleSince = -1;
            knownFrom = request.tasks();
            knownIn = request.queues();
            knownVersion = tasks.version();
            knownRules = tx.rules();
            tx.backlog().unblock(); // what was found of one order without some of its places does not hold with them
        }
        return known;
    }
}
