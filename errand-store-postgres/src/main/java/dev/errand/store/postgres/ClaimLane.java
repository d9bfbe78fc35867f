package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes the runs that the standing request asks for. Beside the record lane and not in its commits, so that the server reads the next
 * runs with one processor while it writes the outcomes of the last ones with another.
 */
final class ClaimLane extends Lane {
    private static final long CLAIM_AGAIN = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long ADOPT_AGAIN = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_WAIT = TimeUnit.HOURS.toMicros(1);
    private static final int MOST_TRIES = 5;

    /** Who tells of users' triggers for longer may stand still. */
    private static final String IMPATIENT = "select set_config('lock_timeout', '2s', true)";

    /** How long after that claims wait for nobody who tells: by then the server has ended him who stood still. */
    private static final long TELL_AGAIN = TimeUnit.SECONDS.toNanos(5);

    private final Surroundings surroundings;
    private final Claiming claiming;
    private final Held held;
    private final Taking taking;
    private final TakingInTurn inTurn;
    private final Adopting adopting;
    private boolean backlog;
    private boolean plainFirst;
    private boolean telling;
    /** Whether lines without limits have not been looked at since something was told of. */
    private boolean news;

    private volatile long rateAt = Long.MAX_VALUE;
    private final Reconciling reconciling;
    private long claimNotBefore = System.nanoTime();
    private long tellNotBefore = System.nanoTime();

    ClaimLane(
            Connections connections, Surroundings surroundings, Claiming claiming, Held held, Reconciling reconciling) {
        super("claim", connections);
        this.surroundings = surroundings;
        this.claiming = claiming;
        this.held = held;
        this.taking = new Taking(held);
        this.inTurn = new TakingInTurn(held);
        this.adopting = new Adopting(held);
        this.reconciling = reconciling;
    }

    /** The standing request is another one. Any thread. */
    void request(Claiming.Standing standing) {
        claiming.request(standing);
        wake();
    }

    /** Something may be claimable. Any thread. */
    void noticed(boolean anywhere) {
        if (isOwnThread() && telling) {
            return;
        }
        claiming.noticed(anywhere);
        wake();
    }

    @Override
    boolean hasWork() {
        return !isClosing() && (reconciling.isDue() || isAdoptionDue() || (mayClaim() && claiming.isWorthALook()));
    }

    /** Limits that are new count what this node holds, though it has no room to ask for more; and not what is being claimed just now. */
    private boolean isAdoptionDue() {
        return awaitsAdoption() && adopting.restNanos(surroundings.node()) == 0 && !claiming.isLent();
    }

    private boolean awaitsAdoption() {
        return mayClaim() && !adopting.knows(surroundings.tasks().rules(), surroundings.node());
    }

    private boolean mayClaim() {
        return surroundings.node() != 0 && System.nanoTime() - claimNotBefore >= 0;
    }

    @Override
    long restNanos() {
        long untilClaim = surroundings.node() == 0 ? LONGEST_REST : claimNotBefore - System.nanoTime();
        long untilLook = untilClaim > 0 ? untilClaim : claiming.restNanos();
        long untilAdoption =
                awaitsAdoption() ? Math.max(adopting.restNanos(surroundings.node()), ADOPT_AGAIN) : Long.MAX_VALUE;
        return Math.min(
                Math.min(Math.min(untilLook, untilAdoption), reconciling.restNanos()),
                LONGEST_REST); // nobody wakes us who doubts
    }

    @Override
    void turn(Database database) throws SQLException {
        Rules rules = surroundings
                .tasks()
                .rules(); // before it is looked whether others claim: they know these, or newer ones
        if (isAdoptionDue()) {
            adopting.adopt(database, rules, surroundings.node());
        }
        if (reconciling.isDue()) {
            reconciling.reconcile(database);
        }
        Claiming.Standing standing = mayClaim() && claiming.isWorthALook() ? claiming.lendToLook() : null;
        if (standing == null) {
            return;
        }
        List<Claim> claims = List.of();
        try {
            claims = take(database, standing);
        } catch (SQLException | RuntimeException | Error e) {
            claiming.noticed(true);
            claimNotBefore = System.nanoTime() + CLAIM_AGAIN;
            throw e;
        } finally {
            claiming.giveBack(standing, claims);
        }
    }

    private List<Claim> take(Database database, Claiming.Standing standing) throws SQLException {
        news |= claiming.takeNews();
        long from = claiming.lookFrom();
        for (int tries = 1; ; tries++) {
            Rules rules = surroundings.tasks().rules();
            long node = surroundings.node();
            adopting.adopt(database, rules, node);
            Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), node);
            long begun = System.nanoTime();
            database.begin();
            try {
                ClaimRequest request = standing.request();
                TakingInTurn.Result limited = inTurn.take(tx, request, share(request.max()));
                int left = request.max() - limited.claims().size();
                Taking.Result taken = left == 0
                        ? new Taking.Result(List.of(), List.of(), from, true)
                        : taking.take(tx, request.atMost(left), from, news);
                database.commit();
                if (tx.seesUntold() && System.nanoTime() - tellNotBefore >= 0) {
                    tellUntold(database);
                }
                news &= left == 0;
                List<Claim> claims = Reconciling.isLate(begun) ? tooLate() : remember(tx, limited, taken);
                tell(tx);
                if (!rules.equals(surroundings.tasks().rules())) {
                    claiming.noticed(true); // they were changed, and read anew, while this looked
                }
                return claims;
            } catch (SQLException e) {
                if (PostgresErrors.isOutage(e)) {
                    throw e;
                }
                database.rollback();
                if (tries == MOST_TRIES || !PostgresErrors.isPassing(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * That runs were triggered by users' transactions is in the log before anything that happens to them from now on. Unless somebody who is
     * telling of that stands still: he holds up no claims, and what he tells of comes late.
     */
    private void tellUntold(Database database) throws SQLException {
        boolean more = true;
        while (more) {
            Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
            database.begin();
            try {
                database.sql(IMPATIENT).each(row -> {});
                more = Untold.tellAll(tx);
                tx.finish(Tx.SHARED_STREAM);
                database.commit();
            } catch (SQLException e) {
                if (PostgresErrors.isOutage(e)) {
                    throw e;
                }
                database.rollback(); // then others tell, in whatever order: what is claimed is not to be lost for that
                tellNotBefore = System.nanoTime() + TELL_AGAIN;
                return;
            }
            tell(tx);
        }
    }

    /** What others passed over while it was locked here is no news to this node, which looks on from there. */
    private void tell(Tx tx) {
        telling = true;
        try {
            surroundings.committed(tx.notices());
        } finally {
            telling = false;
        }
    }

    /** How many may be taken where limits are to be kept: neither kind of lines takes all while the other has something, nor is always first. */
    private int share(int max) {
        if (!backlog) {
            return max;
        }
        return plainFirst ? max / 2 : (max + 1) / 2;
    }

    /** Others may have taken back by now what was claimed. */
    private List<Claim> tooLate() {
        reconciling.doubt();
        claiming.noticed(true);
        return List.of();
    }

    private List<Claim> remember(Tx tx, TakingInTurn.Result limited, Taking.Result taken) {
        limited.chunks().forEach(held::add);
        taken.chunks().forEach(held::add);
        backlog = taken.more();
        plainFirst = !limited.claims().isEmpty();
        claiming.looked(taken.nextFrom(), taken.more() || limited.more());
        rateAt = limited.lookAt();
        if (rateAt != Long.MAX_VALUE) {
            surroundings.later();
            claiming.lookIn(TimeUnit.MICROSECONDS.toNanos(Math.min(rateAt - tx.now(), LONGEST_WAIT)));
        }
        if (limited.claims().isEmpty()) {
            return taken.claims();
        }
        List<Claim> claims = new ArrayList<>(limited.claims());
        claims.addAll(taken.claims());
        return claims;
    }

    /** When a rate lets something through, in microseconds; the greatest number if that is not known. */
    long rateAt() {
        return rateAt;
    }

    @Override
    void outage(Throwable cause) {
        reconciling.doubt(); // a commit may have claimed what nobody here knows of
        adopting.forget();
    }

    @Override
    void ended() {
        claiming.close();
    }
}
