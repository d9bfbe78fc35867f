package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.EventEncoder;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Rules;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command may use while it runs: the transaction on the writer's connection, and the writer's copies of what every
 * transaction needs. They are read anew when another process has written, and after a roll-back.
 */
final class Tx {
    private static final String DATA_VERSION = "pragma data_version";
    private static final String PEERS = "select port from node where number <> ?";
    private static final String LISTED = "select count(*) from node where number = ?";
    private static final String INSERT_EVENTS =
            "insert into event (at, node, events, body, marked) values (?, ?, ?, ?, 1)";
    private static final String LAST_RUN = "select max(number) from run";

    private final Database database;
    private final Clock clock;
    private final TaskNumbers tasks = new TaskNumbers();
    private final Backlog backlog = new Backlog();
    private Rules rules = Rules.NONE;
    private int rulesTasks;
    private boolean freed;
    private boolean keeper;
    private final EventEncoder events = new EventEncoder();
    private final Finishes finishes = new Finishes();
    private final Arrivals arrivals = new Arrivals();
    private final Awaited awaited = new Awaited();
    private final List<Runnable> afterCommit = new ArrayList<>();

    private List<Integer> peers = List.of();
    private long lastRun;
    private long lastClaim;
    private long now;
    private long dataVersion;
    private boolean stale = true;
    private boolean foreign;
    private boolean requests;
    private int endedClaims;
    private volatile long node;
    private boolean listed;

    Tx(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    // ── for commands

    Sql sql(String text) throws SQLException {
        return database.sql(text);
    }

    Database database() {
        return database;
    }

    /** The same during a whole command, in microseconds. */
    long now() {
        return now;
    }

    EventEncoder events() {
        return events;
    }

    Finishes finishes() {
        return finishes;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    Awaited awaited() {
        return awaited;
    }

    TaskNumbers tasks() {
        return tasks;
    }

    Backlog backlog() {
        return backlog;
    }

    Rules rules() {
        return rules;
    }

    /** After they were changed. */
    void reloadRules() throws SQLException {
        rules = Queues.load(database, tasks);
        rulesTasks = tasks.count();
        backlog.unblock();
    }

    /** In which line a run waits; refuses a queue that nobody declared. */
    long line(String task, RunOptions options) throws SQLException {
        int number = task(task);
        return options.queue() == null && options.concurrencyKey() == null
                ? number
                : Queues.line(this, number, options.queue(), options.concurrencyKey());
    }

    /** The keeper is to ask when there is something to do next: a rate decides on that now. */
    void callKeeper() {
        keeper = true;
    }

    boolean isKeeperCalled() {
        return keeper;
    }

    /** Something that counts for limits counts no more, whatever it was. */
    void free() {
        freed = true;
    }

    int task(String id) throws SQLException {
        long before = tasks.version();
        int number = tasks.of(database, id);
        if (tasks.version() != before) {
            reloadRules(); // some may be said of that task
        }
        return number;
    }

    void reloadTasks() throws SQLException {
        tasks.load(database);
        reloadRules();
    }

    /** The first of so many numbers for new runs. */
    long runNumbers(int count) {
        long first = lastRun + 1;
        lastRun += count;
        return first;
    }

    /** A claim's id, unique for ever: no node before had this number, and this one counts on. */
    long newClaim() {
        return ClaimIds.id(node, ++lastClaim);
    }

    /** This node gave up a claim. */
    void endedClaim(Claim claim) throws SQLException {
        endedClaims++;
        if (!rules.special().isEmpty()) {
            backlog.freed(line(claim.task(), claim.options()), rules);
        }
    }

    int endedClaims() {
        return endedClaims;
    }

    /** This process's number as a node; 0 while it is none. */
    long node() {
        return node;
    }

    void becomeNode(long number) {
        node = number;
        listed = number != 0;
    }

    /** Whether it is a node still that others see: what one claimed whom they have cleared away would be held for ever. */
    boolean isListed() {
        return listed;
    }

    /** Others need to look, though nothing happened to a run: a request was stored. */
    void wake() {
        requests = true;
    }

    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    // ── for the writer

    /** Expects to be inside the transaction. Answers whether others have written. */
    boolean begin() throws SQLException {
        nextCommand();
        events.begin(now);
        finishes.begin();
        awaited.begin();
        requests = false;
        freed = false;
        keeper = false;
        endedClaims = 0;
        afterCommit.clear();
        return refresh();
    }

    /** Reads the clock: a command may have come in long after the transaction began, with times of its own. */
    void nextCommand() {
        now = Times.micros(clock.instant());
    }

    /** Reads what others may have changed. Answers whether they have written since {@link #told}: who rolls back tells nobody of it. */
    boolean refresh() throws SQLException {
        long version = database.number(DATA_VERSION);
        if (version == dataVersion && !stale) {
            return foreign;
        }
        tasks.load(database);
        backlog.load(database);
        if (stale || rules.version() != database.number(Queues.VERSION) || rulesTasks != tasks.count()) {
            rules = Queues.load(database, tasks);
            rulesTasks = tasks.count();
        }
        arrivals.reload();
        awaited.reload();
        lastRun = Math.max(lastRun, database.number(LAST_RUN));
        peers = database.sql(PEERS).set(node).list(row -> row.getInt(1));
        listed = database.sql(LISTED).set(node).number() > 0;
        foreign |= dataVersion != 0 && version != dataVersion;
        dataVersion = version;
        stale = false;
        return foreign;
    }

    /** Whoever wants to hear of it was told that others have written. */
    void told() {
        foreign = false;
    }

    /** Does what follows from all that was done, before runs are claimed. */
    void settle() throws SQLException {
        awaited.settle(this);
    }

    /** Writes the events. The last thing before the commit. */
    void finish() throws SQLException {
        if (!events.isEmpty()) {
            database.sql(INSERT_EVENTS)
                    .set(events.base())
                    .set(node)
                    .set((long) events.size())
                    .set(events.body())
                    .update();
        }
        finishes.write(database, now);
    }

    /** Whether this transaction did something that others want to hear of. */
    boolean isWorthTelling() {
        return requests || !events.isEmpty();
    }

    /** Whether any limit may let through what it did not before. */
    boolean isFreed() {
        return freed;
    }

    void committed() {
        afterCommit.forEach(Runnable::run);
    }

    /** The ports on which the nodes of other processes are woken. */
    List<Integer> peers() {
        return peers;
    }

    void rolledBack() {
        stale = true;
    }
}
