package dev.errand.store.sqlite;

import dev.errand.ApiKey;
import dev.errand.SealedApiKey;
import dev.errand.store.ApiKeyStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ApiKeyRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys of programs. */
final class ApiKeys implements ApiKeyStore {
    private static final String CREATE = """
            insert into api_key (id, name, role, start, created, sealed, hash) values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing
            """;
    private static final String ALL = "select " + ApiKeyRows.COLUMNS + " from api_key ";
    private static final String FIND = ALL + "where hash = ?";
    private static final String WITH_ID = ALL + "where id = ?";
    private static final String LIST = ALL + "order by created, id";
    private static final String USED = "update api_key set used = max(coalesce(used, 0), ?) where id = ?";
    private static final String REVOKE = "update api_key set revoked = coalesce(revoked, ?) where id = ?";

    private static final String SPEND = """
            insert into spent_token (token, use, taken, until) values (?, ?, ?, ?)
            on conflict (token) do update set repeated = 1 where use = excluded.use and taken >= ?
            """;
    private static final String UNSPEND = "delete from spent_token where token = ? and use = ? and repeated = 0";
    private static final String FORGET = "delete from spent_token where until < ?";

    private final Writer writer;
    private final Readers readers;

    ApiKeys(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public void create(SealedApiKey key, byte[] hash) {
        writer.call(tx -> ApiKeyRows.set(tx.sql(CREATE), key).set(hash).update());
    }

    @Override
    public Optional<ApiKey> find(byte[] hash) {
        return readers.ask(database -> database.sql(FIND).set(hash).first(ApiKeyRows::key));
    }

    @Override
    public Optional<SealedApiKey> withId(String id) {
        return readers.ask(database -> database.sql(WITH_ID).set(id).first(ApiKeyRows::sealed));
    }

    @Override
    public List<ApiKey> list() {
        return readers.ask(database -> database.sql(LIST).list(ApiKeyRows::key));
    }

    @Override
    public void used(String id, Instant at) {
        writer.call(tx -> tx.sql(USED).set(Times.micros(at)).set(id).update());
    }

    @Override
    public boolean revoke(String id) {
        return writer.call(tx -> tx.sql(REVOKE).set(tx.now()).set(id).update()) > 0;
    }

    @Override
    public boolean spend(byte[] token, byte[] use, Instant until) {
        return writer.call(tx -> spend(tx, token, use, until)) > 0;
    }

    private static int spend(Tx tx, byte[] token, byte[] use, Instant until) throws SQLException {
        tx.sql(FORGET).set(tx.now()).update();
        return tx.sql(SPEND)
                .set(token)
                .set(use)
                .set(tx.now())
                .set(Times.micros(until))
                .set(tx.now() - Times.micros(SAME_USE))
                .update();
    }

    @Override
    public void unspend(byte[] token, byte[] use) {
        writer.call(tx -> tx.sql(UNSPEND).set(token).set(use).update());
    }
}
