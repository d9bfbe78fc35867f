package dev.errand.store.sqlite;

import dev.errand.ApiKey;
import dev.errand.store.ApiKeyStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ApiKeyRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys of programs. */
final class ApiKeys implements ApiKeyStore {
    private static final String CREATE = """
            insert into api_key (id, name, role, start, created, hash) values (?, ?, ?, ?, ?, ?) on conflict (id) do nothing
            """;
    private static final String ALL = "select " + ApiKeyRows.COLUMNS + " from api_key ";
    private static final String FIND = ALL + "where hash = ?";
    private static final String LIST = ALL + "order by created, id";
    private static final String USED = "update api_key set used = max(coalesce(used, 0), ?) where id = ?";
    private static final String REVOKE = "update api_key set revoked = coalesce(revoked, ?) where id = ?";

    private final Writer writer;
    private final Readers readers;

    ApiKeys(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public void create(ApiKey key, byte[] hash) {
        writer.call(tx -> ApiKeyRows.set(tx.sql(CREATE), key).set(hash).update());
    }

    @Override
    public Optional<ApiKey> find(byte[] hash) {
        return readers.ask(database -> database.sql(FIND).set(hash).first(ApiKeyRows::key));
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
}
