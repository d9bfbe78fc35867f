package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.limits.Lines;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what holders report about their runs, in one transaction: what leaves the claim held first, starts before all else, then what
 * gives it up, then the ends. Each of these writes many reports with one statement, but for what bodies note, where the row they are
 * fenced by is as this node remembers it; what is left over is looked at one by one.
 */
final class Recording {
    private static final String DELETE_EMPTIED = """
            delete from errand.chunk
             where line = ? and position = ? and first = ? and single = ? and claim = ?
            """;

    private final Tx tx;
    private final Held held;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final List<Runnable> onCommit = new ArrayList<>();
    private final Set<Held.Chunk> touched = new HashSet<>();
    private final AwaitedRows awaited;
    private final boolean careful;
    private final boolean gone;

    /**
     * Nothing is recorded yet.
     *
     * @param careful whether to look at each report by itself: some of them may be written already
     * @param gone whether this node has been taken for dead, and holds nothing any more
     */
    Recording(Tx tx, Held held, boolean careful, boolean gone) {
        this.tx = tx;
        this.held = held;
        this.awaited = new AwaitedRows(tx);
        this.careful = careful;
        this.gone = gone;
    }

    /**
     * Claims of the node that this process was before it was taken for dead are held no more, also where rows still name them, because they
     * were locked when the others were taken back.
     */
    List<Receipt> record(List<Report> reports) throws SQLException {
        return record(reports, List.of());
    }

    /** See there. Answers for the reports, then for the spawns. */
    List<Receipt> record(List<Report> told, List<Spawn> spawns) throws SQLException {
        Lingering lingering = new Lingering(told);
        return lingering.record(tx, recordAll(lingering.others(), spawns));
    }

    private List<Receipt> recordAll(List<Report> told, List<Spawn> spawns) throws SQLException {
        List<Claim> claims = Stream.concat(
                        told.stream().map(Report::claim), spawns.stream().map(Spawn::claim))
                .toList();
        if (claims.stream().allMatch(this::isHeld)) {
            return recordHeld(told, spawns);
        }
        Special special = new Special(tx, held, this);
        Iterator<Receipt> answers = recordHeld(
                        told.stream().filter(report -> isHeld(report.claim())).toList(),
                        spawns.stream().filter(spawn -> isHeld(spawn.claim())).toList())
                .iterator();
        List<Receipt> receipts = new ArrayList<>(claims.size());
        for (Report report : told) {
            receipts.add(isHeld(report.claim()) ? answers.next() : special.former(report));
        }
        for (Spawn spawn : spawns) {
            receipts.add(isHeld(spawn.claim()) ? answers.next() : Receipt.LOST);
        }
        return receipts;
    }

    private boolean isHeld(Claim claim) {
        return !gone && ClaimIds.node(claim.id()) == tx.node();
    }

    private List<Receipt> recordHeld(List<Report> told, List<Spawn> spawns) throws SQLException {
        List<Report> reports = new ArrayList<>(told);
        spawns.forEach(spawn -> reports.add(new Report.Journaled(spawn.claim(), spawn.step())));
        Receipt[] receipts = new Receipt[reports.size()];
        Special special = new Special(tx, held, this);
        starts(reports, receipts, special);
        for (int i = 0; i < receipts.length; i++) {
            if (reports.get(i) instanceof Report.Noted noted) {
                receipts[i] = special.noted(noted);
            }
        }
        NewChildren children = NewChildren.of(tx, spawns);
        Waits waits = new Waits(tx, awaited);
        journal(reports, receipts, special, waits);
        children.store(i -> receipts[told.size() + i] == Receipt.RECORDED, careful, false);
        lockAwaited(reports);
        givenUp(reports, receipts, special, waits);
        ends(reports, receipts, special);
        deleteEmptied();
        return List.of(receipts);
    }

    private void starts(List<Report> reports, Receipt[] receipts, Special special) throws SQLException {
        Apart apart = new Apart(tx);
        for (int i = 0; i < receipts.length; i++) {
            if (reports.get(i) instanceof Report.Started started) {
                Held.Chunk chunk = member(started.claim());
                if (chunk == null
                        || chunk.alone
                        || chunk.started.contains(started.claim().run())) {
                    receipts[i] = special.started(started);
                } else {
                    apart.add(started, i, chunk);
                }
            }
        }
        for (Apart.Row row : apart.write()) {
            Report.Started started = (Report.Started) row.report();
            if (row.written()) {
                special.announceStart(started);
                begin(row.chunk(), started.claim());
                receipts[row.index()] = Receipt.RECORDED;
            } else {
                receipts[row.index()] = special.started(started);
            }
        }
    }

    /** Of waits only the steps, and only of those that can be told together; which locks their rows. */
    private void journal(List<Report> reports, Receipt[] receipts, Special special, Waits waits) throws SQLException {
        List<Journal.Place> places = new ArrayList<>();
        Held.Chunk[] chunks = new Held.Chunk[receipts.length]; // as they are now: a lease may be lost meanwhile
        for (int i = 0; i < receipts.length; i++) {
            Report report = reports.get(i);
            List<Report.Journaled> steps = Journal.of(report);
            Held.Chunk chunk = steps.isEmpty() ? null : member(report.claim());
            if (chunk != null) {
                chunks[i] = chunk;
                Held.Key key = chunk.keyOf(report.claim());
                for (Report.Journaled step : steps) {
                    places.add(new Journal.Place(step, i, key));
                }
            } else if (!steps.isEmpty() && !(report instanceof Report.Waiting)) {
                receipts[i] = special.journaled(steps.getFirst());
            }
        }
        Set<Integer> refused = new HashSet<>();
        Journal.write(tx, places).forEach(place -> refused.add(place.index()));
        int before = -1;
        for (Journal.Place place : places) {
            int i = place.index();
            Report report = reports.get(i);
            if (!(report instanceof Report.Waiting waiting)) {
                receipts[i] = refused.contains(i) ? special.journaled(place.report()) : Receipt.RECORDED;
            } else if (i != before && !refused.contains(i)) {
                waits.add(waiting, i, Objects.requireNonNull(chunks[i]));
            }
            before = i;
        }
        SignalRecording.received(tx, reports, receipts);
    }

    /** Before waits begin and ends are marked; and before that the rows of those that are to be looked at one by one. */
    private void lockAwaited(List<Report> reports) throws SQLException {
        List<Report.Waiting> waits = new ArrayList<>();
        List<RunId> ending = new ArrayList<>();
        boolean watch = reports.stream().anyMatch(Recording::watches);
        for (Report report : reports) {
            if (report instanceof Report.Waiting waiting) {
                waits.add(waiting);
            } else if (report instanceof Report.Ended
                    && (watch || report.claim().options().parent() != null)) {
                ending.add(report.claim().run());
            }
        }
        if (waits.isEmpty() && ending.isEmpty()) {
            return;
        }
        for (Report report : reports) {
            boolean unlocked =
                    report instanceof Report.Waiting waiting && waiting.steps().isEmpty();
            boolean gone = report instanceof Report.Waiting || report instanceof Report.Ended;
            if (unlocked || (gone && member(report.claim()) == null)) {
                Whereabouts.lock(tx, report.claim().run());
            }
        }
        awaited.lock(waits, ending);
    }

    /** Whether its rows and those of runs that end here, children or not, are to be locked in one order. */
    private static boolean watches(Report report) {
        return report instanceof Report.Waiting waiting
                && waiting.awaits() != null
                && !waiting.awaits().watched().isEmpty();
    }

    /** See {@link AwaitedRows#begin}. The rows are looked at once more: others that this transaction gave up may have ended since. */
    Report.Waiting begin(Report.Waiting waiting) throws SQLException {
        AwaitedRows fresh = new AwaitedRows(tx);
        fresh.lock(List.of(waiting), List.of());
        return fresh.begin(List.of(waiting)).getFirst();
    }

    private void givenUp(List<Report> reports, Receipt[] receipts, Special special, Waits waits) throws SQLException {
        Apart apart = new Apart(tx);
        for (Waits.Wait wait : waits.write(apart)) {
            special.announceGivenUp(wait.report(), wait.announced());
            giveUp(wait.chunk(), wait.report().claim(), false);
            receipts[wait.index()] = Receipt.RECORDED;
        }
        for (int i = 0; i < receipts.length; i++) {
            Report report = reports.get(i);
            if (report instanceof Report.Retried || report instanceof Report.Released) {
                Held.Chunk chunk = member(report.claim());
                if (chunk == null
                        || chunk.alone
                        || chunk.started.contains(report.claim().run())) {
                    receipts[i] = special.givenUp(report);
                } else {
                    apart.add(report, i, chunk);
                }
            }
        }
        for (Apart.Row row : apart.write()) {
            if (row.written()) {
                special.announceGivenUp(row.report(), false);
                giveUp(row.chunk(), row.report().claim(), false);
                receipts[row.index()] = Receipt.RECORDED;
            } else {
                receipts[row.index()] = special.givenUp(reports.get(row.index()));
            }
        }
        for (int i = 0; i < receipts.length; i++) {
            if (reports.get(i) instanceof Report.Waiting waiting && receipts[i] == null) {
                receipts[i] = special.givenUp(waiting);
            }
        }
    }

    private void ends(List<Report> reports, Receipt[] receipts, Special special) throws SQLException {
        List<Ends.Place> places = new ArrayList<>();
        for (int i = 0; i < receipts.length; i++) {
            if (reports.get(i) instanceof Report.Ended end) {
                Held.Chunk chunk = member(end.claim());
                if (chunk == null) {
                    receipts[i] = special.ended(end);
                } else {
                    boolean started = chunk.started.contains(end.claim().run());
                    places.add(new Ends.Place(end, i, chunk, chunk.keyOf(end.claim()), started));
                }
            }
        }
        if (places.isEmpty()) {
            return;
        }
        boolean[] written = new Ends(tx).end(places);
        for (int i = 0; i < written.length; i++) {
            Ends.Place place = places.get(i);
            if (written[i]) {
                time(place);
                giveUp(place.chunk(), place.end().claim(), true);
                receipts[place.index()] = Receipt.RECORDED;
            } else {
                receipts[place.index()] = special.ended(place.end());
            }
        }
    }

    private void time(Ends.Place place) {
        Instant started = place.end().startedAt();
        if (place.chunk().counted && started != null && !place.end().claim().resumed()) {
            long took = Duration.between(started, place.end().at()).toNanos() / 1_000;
            held.pace().ended(Lines.place(place.chunk().key.line()), took);
        }
    }

    /** The chunk this node remembers to hold the run in; null if it had better look. */
    private Held.@Nullable Chunk member(Claim claim) {
        Held.Chunk chunk = careful ? null : held.find(claim.id());
        return chunk != null && chunk.holds(claim) ? chunk : null;
    }

    /** The rows of chunks of which nothing is left, since all that was left has a row of its own now or is given up. */
    private void deleteEmptied() throws SQLException {
        for (Held.Chunk chunk : touched) {
            if (chunk.outstanding() == 0 && !chunk.alone) {
                tx.sql(DELETE_EMPTIED)
                        .set(chunk.key.line())
                        .set(chunk.key.position())
                        .setObject(Ids.uuid(chunk.key.first()))
                        .setObject(chunk.key.single())
                        .set(chunk.claim)
                        .update();
            }
        }
    }

    // ── what this node remembers, as if the transaction were committed

    /** The run has a row of its own now, or uses its chunk's. */
    void begin(Held.Chunk chunk, Claim claim) {
        chunk.started.add(claim.run());
        undo.push(() -> chunk.started.remove(claim.run()));
        if (!chunk.alone) {
            touched.add(chunk);
            less(chunk, claim);
        }
    }

    /**
     * The run is not this node's any more.
     *
     * @param byItsEnd whether the chunk's row went with it, if it was the last
     */
    void giveUp(Held.Chunk chunk, Claim claim, boolean byItsEnd) {
        if (chunk.counted) {
            tx.tell(Notice.PERMITS);
        }
        if (chunk.started.remove(claim.run())) {
            undo.push(() -> chunk.started.add(claim.run()));
        }
        less(chunk, claim);
        if (!byItsEnd) {
            touched.add(chunk);
        }
        onCommit.add(() -> {
            if (chunk.outstanding() == 0 && chunk.started.isEmpty()) {
                held.remove(chunk.claim);
            }
        });
    }

    private void less(Held.Chunk chunk, Claim claim) {
        if (chunk.less(claim)) {
            undo.push(() -> chunk.more(claim));
        }
    }

    void committed() {
        undo.clear();
        onCommit.forEach(Runnable::run);
    }

    void rolledBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        onCommit.clear();
    }
}
