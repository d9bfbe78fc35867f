package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Json;
import dev.errand.ValueInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Values under names, each set unless somebody else has meanwhile, or within a transaction of a user's. */
public abstract class ValueConformance extends ValueTest {
    private static final String BALANCE = "balance";
    private static final long MOMENT_MILLIS = 200;

    // ── set, unless somebody else has

    @Test
    void aValueIsWhatItWasSetTo() {
        assertThat(store.values().find(BALANCE)).isEmpty();
        ValueInfo set = store.values()
                .set(BALANCE, 0, bytes("{\"eur\": 5, \"ü\": \"😀\"}"))
                .orElseThrow();
        assertThat(set.name()).isEqualTo(BALANCE);
        assertThat(set.version()).isPositive();
        assertThat(set.value()).isEqualTo(new Json("{\"eur\": 5, \"ü\": \"😀\"}"));
        assertThat(set.setAt()).isEqualTo(clock.instant());
        assertThat(store.values().find(BALANCE)).contains(set);
        assertThat(open().values().find(BALANCE)).as("in another process").contains(set);
        reopen();
        assertThat(store.values().find(BALANCE)).as("later").contains(set);
    }

    @Test
    void aValueThatIsSetAgainHasALargerVersion() {
        ValueInfo first = set(BALANCE, "5");
        clock.advance(MINUTE);
        ValueInfo second =
                store.values().set(BALANCE, first.version(), bytes("5")).orElseThrow();
        assertThat(second.version()).as("though it is the same").isGreaterThan(first.version());
        assertThat(second.setAt()).isEqualTo(clock.instant());
        assertThat(store.values().find(BALANCE)).contains(second);
    }

    @Test
    void whoKnowsAnotherVersionSetsNothing() {
        ValueInfo first = set(BALANCE, "5");
        ValueInfo second = set(BALANCE, "6");
        assertThat(store.values().set(BALANCE, 0, bytes("7"))).as("of none").isEmpty();
        assertThat(store.values().set(BALANCE, first.version(), bytes("7"))).isEmpty();
        assertThat(store.values().set(BALANCE, first.version(), null)).isEmpty();
        assertThat(store.values().set(BALANCE, second.version() + 1_000, bytes("7")))
                .isEmpty();
        assertThat(store.values().set("none", second.version(), bytes("7"))).isEmpty();
        assertThat(store.values().set("none", second.version(), null)).isEmpty();
        assertThat(store.values().find(BALANCE)).contains(second);
        assertThat(store.values().find("none")).isEmpty();
    }

    @Test
    void aValueThatWasRemovedAndSetAgainHasAVersionOfItsOwn() {
        ValueInfo first = set(BALANCE, "5");
        Optional<ValueInfo> removed = store.values().set(BALANCE, first.version(), null);
        assertThat(removed).contains(ValueInfo.none(BALANCE));
        assertThat(store.values().find(BALANCE)).isEmpty();
        assertThat(store.values().set(BALANCE, first.version(), bytes("5"))).isEmpty();
        ValueInfo again = store.values().set(BALANCE, 0, bytes("5")).orElseThrow();
        assertThat(again.version()).isGreaterThan(first.version());
    }

    @Test
    void whatIsNotThereIsRemovedByDoingNothing() {
        assertThat(store.values().set(BALANCE, 0, null)).contains(ValueInfo.none(BALANCE));
        set(BALANCE, "5");
        assertThat(store.values().set(BALANCE, 0, null)).as("it is there").isEmpty();
        assertThat(text(BALANCE)).isEqualTo("5");
    }

    @Test
    void versionsAreUniqueAmongAllNames() {
        List<Long> versions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            versions.add(set("a", "1").version());
            versions.add(set("b", "1").version());
            versions.add(set("A ", "1").version());
            set("b", null);
        }
        assertThat(versions).doesNotHaveDuplicates();
    }

    @Test
    void valuesAreFoundByTheirNamesAtOnce() {
        ValueInfo one = set("one", "1");
        ValueInfo two = set("two", "2");
        set("three", "3");
        assertThat(store.values().find(List.of("two", "none", "one"))).containsExactlyInAnyOrder(one, two);
        assertThat(store.values().find(List.of("none"))).isEmpty();
        assertThat(store.values().find(List.of())).isEmpty();
    }

    @Test
    void valuesAreListedByName() {
        for (String name : List.of("b", "a", "ü", "B", "c", "a b")) {
            set(name, "\"" + name + "\"");
        }
        assertThat(names("", 10)).containsExactly("B", "a", "a b", "b", "c", "ü");
        assertThat(names("", 2)).containsExactly("B", "a");
        assertThat(names("a", 2)).containsExactly("a b", "b");
        assertThat(names("aa", 2)).as("after one that is not there").containsExactly("b", "c");
        assertThat(names("ü", 2)).isEmpty();
        assertThat(store.values().list("", 1))
                .isEqualTo(List.of(store.values().find("B").orElseThrow()));
    }

    private List<String> names(String after, int limit) {
        return store.values().list(after, limit).stream().map(ValueInfo::name).toList();
    }

    @Test
    void valuesAreFoundUnderNames() {
        ValueInfo one = set("a:1", "1");
        ValueInfo two = set("a:ü:2", "2");
        ValueInfo three = set("b:", "3");
        List.of("a", "A:1", "ab:1", "a;1", "c:1").forEach(name -> set(name, "0"));
        assertThat(store.values().findUnder(List.of("b", "none", "a"))).containsExactlyInAnyOrder(one, two, three);
        assertThat(store.values().findUnder(List.of())).isEmpty();
    }

    @Test
    void aLargeValueIsKept() {
        String large = "\"" + "ä".repeat(32_000) + "\"";
        set(BALANCE, large);
        assertThat(text(BALANCE)).isEqualTo(large);
    }

    @Test
    void ofManyWhoSetAValueAtOnceOneDoes() {
        Store other = openNode("other");
        for (int round = 0; round < 20; round++) {
            String name = "value " + round / 2; // every other one is there before
            long version = version(name);
            List<CompletableFuture<Optional<ValueInfo>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Store by = i % 2 == 0 ? store : other;
                byte[] json = bytes(Integer.toString(i));
                answers.add(aside(() -> by.values().set(name, version, json)));
            }
            List<ValueInfo> set = answers.stream()
                    .map(StoreTest::await)
                    .flatMap(Optional::stream)
                    .toList();
            assertThat(set).as("in round %d", round).hasSize(1);
            assertThat(store.values().find(name)).contains(set.getFirst());
        }
    }

    @Test
    void nobodysChangeIsLost() {
        Store other = openNode("other");
        int times = 25;
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (Store by : List.of(store, other, store, other)) {
            all.add(aside(() -> {
                for (int i = 0; i < times; i++) {
                    addOne(by);
                }
                return true;
            }));
        }
        all.forEach(StoreTest::await);
        assertThat(text(BALANCE)).isEqualTo(Integer.toString(4 * times));
    }

    private static void addOne(Store by) {
        Optional<ValueInfo> set;
        do {
            ValueInfo now = by.values().find(BALANCE).orElse(ValueInfo.none(BALANCE));
            Json json = now.value();
            int next = json == null ? 1 : Integer.parseInt(json.text()) + 1;
            set = by.values().set(BALANCE, now.version(), bytes(Integer.toString(next)));
        } while (set.isEmpty());
    }

    // ── within transactions of users'

    @Test
    void aValueIsThereFromTheCommitOn() throws SQLException {
        ValueInfo before = set("there", "1");
        ValueInfo created;
        ValueInfo changed;
        try (Connection connection = connect()) {
            created = set(connection, "new", "1");
            changed = set(connection, "there", "2");
            assertThat(store.values().find("new")).isEmpty();
            assertThat(store.values().find("there")).contains(before);
            connection.commit();
        }
        assertThat(created.version()).isPositive();
        assertThat(created.setAt()).isEqualTo(clock.instant());
        assertThat(changed.version()).isGreaterThan(before.version());
        assertThat(store.values().find("new")).contains(created);
        assertThat(store.values().find("there")).contains(changed);
    }

    @Test
    void aTransactionSeesWhatItSetItself() throws SQLException {
        set("there", "1");
        try (Connection connection = connect()) {
            assertThat(store.values().lock(connection, "new")).isEmpty();
            ValueInfo created = set(connection, "new", "1");
            assertThat(store.values().lock(connection, "new")).contains(created);
            ValueInfo changed = set(connection, "new", "2");
            assertThat(changed.version()).isGreaterThan(created.version());
            assertThat(store.values().lock(connection, "new")).contains(changed);
            assertThat(store.values().lock(connection, "there"))
                    .contains(store.values().find("there").orElseThrow());
            assertThat(set(connection, "there", null)).isEqualTo(ValueInfo.none("there"));
            assertThat(set(connection, "there", null)).isEqualTo(ValueInfo.none("there"));
            assertThat(store.values().lock(connection, "there")).isEmpty();
            connection.commit();
        }
        assertThat(text("new")).isEqualTo("2");
        assertThat(text("there")).isNull();
    }

    @Test
    void ofATransactionThatIsRolledBackNoValueIsLeft() throws SQLException {
        ValueInfo before = set("there", "1");
        ValueInfo removed = set("removed", "1");
        try (Connection connection = connect()) {
            set(connection, "new", "1");
            set(connection, "there", "2");
            set(connection, "removed", null);
            connection.rollback();
        }
        assertThat(store.values().find("new")).isEmpty();
        assertThat(store.values().find("there")).contains(before);
        assertThat(store.values().find("removed")).contains(removed);
        assertThat(set("there", "3").version()).isGreaterThan(before.version());
    }

    @Test
    void nobodyElseSetsAValueThatATransactionHasLocked() throws Exception {
        set("there", "1");
        for (String name : List.of("there", "new")) {
            try (Connection connection = connect()) {
                Optional<ValueInfo> locked = store.values().lock(connection, name);
                assertThat(locked).isEqualTo(store.values().find(name));
                long version = version(name);
                CompletableFuture<Optional<ValueInfo>> other =
                        asideUntilItWaits(() -> store.values().set(name, version, bytes("2")));
                assertWaits(other);
                ValueInfo set = set(connection, name, "3");
                assertThat(store.values().find(name))
                        .as("others read what it was")
                        .isEqualTo(locked);
                assertWaits(other);
                connection.commit();
                assertThat(await(other)).as("somebody else was faster").isEmpty();
                assertThat(store.values().find(name)).contains(set);
            }
        }
    }

    @Test
    void whoWaitsForATransactionThatIsRolledBackSetsTheValue() throws Exception {
        set("there", "1");
        for (String name : List.of("there", "new")) {
            long version = version(name);
            try (Connection connection = connect()) {
                set(connection, name, "3");
                CompletableFuture<Optional<ValueInfo>> other =
                        asideUntilItWaits(() -> store.values().set(name, version, bytes("2")));
                assertWaits(other);
                connection.rollback();
                assertThat(await(other)).isPresent();
            }
            assertThat(text(name)).isEqualTo("2");
        }
    }

    private static void assertWaits(CompletableFuture<?> future) {
        assertThatThrownBy(() -> future.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    /** Transactions follow each other, and each is given what the one before it left. */
    @Test
    void transactionsOfManyLoseNoChange() throws Exception {
        int times = 10;
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(aside(() -> {
                for (int j = 0; j < times; j++) {
                    addOneWithin();
                    addOne(store);
                }
                return true;
            }));
        }
        all.forEach(StoreTest::await);
        assertThat(text(BALANCE)).isEqualTo(Integer.toString(6 * times));
    }

    private void addOneWithin() {
        try (Connection connection = connect()) {
            Json json = store.values()
                    .lock(connection, BALANCE)
                    .orElse(ValueInfo.none(BALANCE))
                    .value();
            set(connection, BALANCE, Integer.toString(json == null ? 1 : Integer.parseInt(json.text()) + 1));
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aConnectionToAnotherDatabaseIsRefused() throws SQLException {
        try (Connection elsewhere = connectElsewhere()) {
            assertThatThrownBy(() -> set(elsewhere, BALANCE, "1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("they must be one database");
            assertThatThrownBy(() -> store.values().lock(elsewhere, BALANCE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("they must be one database");
        }
    }

    // ── who is told

    private Semaphore told(Store listening) {
        Semaphore told = new Semaphore(0);
        listening.onCommit(new CommitListener() {
            @Override
            public void events(boolean foreign) {}

            @Override
            public void requests() {}

            @Override
            public void values() {
                told.release();
            }
        });
        return told;
    }

    private static void assertTold(Semaphore told) throws InterruptedException {
        assertThat(told.tryAcquire(60, TimeUnit.SECONDS))
                .as("somebody was told")
                .isTrue();
        told.drainPermits();
    }

    @Test
    void allAreToldAfterTheCommitThatAValueChanged() throws Exception {
        Store other = openNode("other");
        Semaphore here = told(store);
        Semaphore there = told(other);
        set(BALANCE, "1");
        assertTold(here);
        assertTold(there);
        assertThat(other.values().find(BALANCE)).isPresent();
        set(BALANCE, null);
        assertTold(here);
        assertTold(there);
    }

    @Test
    void allAreToldAfterATransactionInWhichAValueChanged() throws Exception {
        Store other = openNode("other");
        Semaphore here = told(store);
        Semaphore there = told(other);
        try (Connection connection = connect()) {
            set(connection, BALANCE, "1");
            connection.commit();
        }
        assertTold(here);
        assertTold(there);
    }
}
