package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.SeenValue;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.StoreCopy;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values, and who waits for them, in a copy of their file. */
class ValueCopyTest extends ValueFile {
    private CopyCounts copy() {
        store.close();
        String there = Location.PREFIX + fixture.file().resolveSibling("there.db");
        CopyCounts counts = new StoreCopy(Location.PREFIX + fixture.file(), there).run(progress -> {});
        store = SqliteStore.open(Location.of(there), clock);
        store.join("there", 10);
        return counts;
    }

    @Test
    void aCopyHasAllValues() {
        set("b", "1");
        set("ümläut", "{\"ü\":1}");
        set("a", "1");
        set("gone", "1");
        set("b", "2");
        remove("gone");
        List<ValueInfo> before = store.values().list("", 10);
        CopyCounts counts = copy();
        assertThat(counts.values()).isEqualTo(3);
        assertThat(counts.toString()).contains("3 values");
        assertThat(store.values().list("", 10)).isEqualTo(before);
        assertThat(set("new", "1"))
                .isGreaterThan(
                        before.stream().mapToLong(ValueInfo::version).max().orElseThrow());
    }

    @Test
    void runsInACopyWaitOn() {
        set(BALANCE, "1");
        RunId run = waitingFor(seen(BALANCE));
        RunId other = waitingFor(seen("none"));
        assertThat(copy().awaited()).isEqualTo(2);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        set(BALANCE, "1");
        assertThat(claim(PARENT).run()).isEqualTo(run);
        assertThat(state(other)).isEqualTo(RunState.WAITING);
        set("none", "1");
        assertThat(claim(PARENT).run()).isEqualTo(other);
    }

    @Test
    void whoIsYetToHearOfAChangeGoesOnInACopy() throws SQLException {
        RunId run = waitingFor(seen(BALANCE));
        RunId other = waitingFor(seen("other"));
        execute(
                "insert into value (name, value, at) values ('balance', x'31', 0)",
                "insert into changed (name) values ('balance')");
        copy();
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(state(other)).isEqualTo(RunState.WAITING);
    }

    @Test
    void whatNobodyHasLookedAtIsCopied() throws SQLException {
        RunId run = waitingFor(seen(BALANCE));
        execute("update awaited set state = 1");
        copy();
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void noValueOfACopyGetsAVersionThatThereWasBefore() {
        set("a", "1");
        long gone = set("gone", "1");
        remove("gone");
        copy();
        assertThat(set("gone", "1")).isGreaterThan(gone);
    }

    /** It might be that of a value which was removed before it was copied. */
    @Test
    void noValueOfACopyGetsAVersionThatARunHasRead() throws SQLException {
        long version = set(BALANCE, "1");
        RunId run = waitingFor(new SeenValue(BALANCE, version));
        execute("delete from value");
        copy();
        assertThat(set(BALANCE, "1")).isGreaterThan(version);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    // ── in some stores rows outlive their wait: they are of no meaning here, whatever they say

    private Claim withRowLeft(String name, int state, int armed) throws SQLException {
        enqueue(PARENT);
        execute("""
                insert into awaited (run, kind, subject, number, state, armed)
                values ((select max(number) from run), 2, x'%s', 0, %d, %d)
                """.formatted(Ids.value(name).toString().replace("-", ""), state, armed));
        return claim(PARENT);
    }

    @Test
    void aValueThatAnEarlierWaitSawChangeIsWaitedFor() throws SQLException {
        Claim claim = withRowLeft(BALANCE, 2, 1);
        record(waitsFor(claim, null, true, seen(BALANCE)));
        assertThat(state(claim.run())).isEqualTo(RunState.WAITING);
        set(BALANCE, "1");
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aValueThatHasChangedIsNotWaitedForThoughAnEarlierWaitDid() throws SQLException {
        SeenValue none = seen(BALANCE);
        set(BALANCE, "1");
        Claim claim = withRowLeft(BALANCE, 0, 2);
        record(waitsFor(claim, null, false, none));
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aValueOfAnEarlierWaitIsNotWaitedFor() throws SQLException {
        Claim claim = withRowLeft("left", 0, 2);
        record(waitsFor(claim, null, false, seen(BALANCE)));
        set(BALANCE, "1");
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aRunOfAnEarlierWaitForAValueWaitsForItsChildAlone() throws SQLException {
        Claim claim = withRowLeft("left", 0, 2);
        NewRun child = child(claim.run());
        spawnAwaited(claim, 1, child);
        record(waiting(claim, false, List.of(child.id())));
        record(completed(claim(CHILD)));
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }
}
