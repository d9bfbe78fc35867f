package dev.errand.store.sqlite;

import dev.errand.Json;
import dev.errand.ValueInfo;
import dev.errand.store.ValueStore;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values. Who writes holds the lock for all writers, be it the writer or a transaction of a user's, until its commit: of two who take the place of
 * the same version one does, and who begins to wait for a value has its change found by the wait, or the wait by the change.
 */
final class Values implements ValueStore {
    private static final String VALUES = "select name, version, value, at from value ";
    private static final String FIND = VALUES + "where name = ?";
    static final String FIND_ALL = VALUES + "where name in (select value from json_each(?))";
    private static final String LIST = VALUES + "where name > ? order by name limit ?";
    static final String ALL = VALUES + "order by version";

    static final String FIND_UNDER = """
            select v.name, v.version, v.value, v.at
              from json_each(?) under
             cross join value v
             where v.name >= under.value || ':' and v.name < under.value || ';'
            """;

    static final String IS_AWAITED =
            "select exists (select 1 from awaited where kind = 2 and subject = ? and state = 0)";
    private static final String VERSION = "select version from value where name = ?";

    /** A row anew, which gets a number that none has had. */
    private static final String PUT =
            "insert or replace into value (name, value, at) values (?, ?, ?) returning name, version, value, at";

    private static final String COPY = "insert into value (version, name, value, at) values (?, ?, ?, ?)";
    private static final String REMOVE = "delete from value where name = ?";

    private final Writer writer;
    private final Readers readers;
    private final Listeners listeners;
    private final UserTransactions users;

    Values(Writer writer, Readers readers, Listeners listeners, UserTransactions users) {
        this.writer = writer;
        this.readers = readers;
        this.listeners = listeners;
        this.users = users;
    }

    @Override
    public Optional<ValueInfo> find(String name) {
        return readers.ask(database -> find(database, name));
    }

    private static Optional<ValueInfo> find(Database database, String name) throws SQLException {
        return database.sql(FIND).set(name).first(Values::read);
    }

    @Override
    public List<ValueInfo> find(List<String> names) {
        return names.isEmpty()
                ? List.of()
                : readers.ask(database ->
                        database.sql(FIND_ALL).set(JsonText.of(names)).list(Values::read));
    }

    @Override
    public List<ValueInfo> list(String after, int limit) {
        return readers.ask(
                database -> database.sql(LIST).set(after).set((long) limit).list(Values::read));
    }

    @Override
    public List<ValueInfo> findUnder(List<String> names) {
        return names.isEmpty()
                ? List.of()
                : readers.ask(database ->
                        database.sql(FIND_UNDER).set(JsonText.of(names)).list(Values::read));
    }

    @Override
    public List<String> awaited(List<String> names) {
        return readers.ask(database -> {
            List<String> awaited = new ArrayList<>();
            for (String name : names) {
                if (database.sql(IS_AWAITED).set(Ids.bytes(Ids.value(name))).number() > 0) {
                    awaited.add(name);
                }
            }
            return awaited;
        });
    }

    private static ValueInfo read(ResultSet row) throws SQLException {
        return new ValueInfo(
                row.getString(1),
                row.getLong(2),
                new Json(new String(row.getBytes(3), StandardCharsets.UTF_8)),
                Times.instant(row.getLong(4)));
    }

    @Override
    public Optional<ValueInfo> set(String name, long version, byte @Nullable [] json) {
        return writer.call(tx -> version(tx, name) == version ? Optional.of(change(tx, name, json)) : Optional.empty());
    }

    /** 0 if there is none. */
    static long version(Tx tx, String name) throws SQLException {
        return tx.sql(VERSION).set(name).number();
    }

    @Override
    public Optional<ValueInfo> lock(Connection connection, String name) throws SQLException {
        return users.lock(connection, database -> find(database, name));
    }

    @Override
    public ValueInfo set(Connection connection, String name, byte @Nullable [] json) throws SQLException {
        return users.write(connection, tx -> change(tx, name, json));
    }

    ValueInfo change(Tx tx, String name, byte @Nullable [] json) throws SQLException {
        if (json == null && tx.sql(REMOVE).set(name).update() == 0) {
            return ValueInfo.none(name); // as it was
        }
        ValueInfo now = json == null ? ValueInfo.none(name) : put(tx, name, json);
        tx.awaited().changed(tx, name, now.version());
        tx.wake();
        tx.afterCommit(listeners::valuesChanged);
        return now;
    }

    private static ValueInfo put(Tx tx, String name, byte[] json) throws SQLException {
        return tx.sql(PUT).set(name).set(json).set(tx.now()).first(Values::read).orElseThrow();
    }

    /** One that was in another store. */
    static void copy(Database database, Kept.Value kept) throws SQLException {
        database.sql(COPY)
                .set(kept.version())
                .set(kept.name())
                .set(kept.json())
                .set(Times.micros(kept.setAt()))
                .update();
    }
}
