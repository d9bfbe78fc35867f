package dev.errand.store.postgres;

import dev.errand.ApiKey;
import dev.errand.SealedApiKey;
import dev.errand.store.ApiKeyStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ApiKeyRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys of programs. What is said here twice changes nothing, so that it is said again when a connection breaks. */
final class ApiKeys implements ApiKeyStore {
    private static final String CREATE = """
            insert into errand.api_key (id, name, role, start, created, sealed, hash) values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing
            """;
    private static final String ALL = "select " + ApiKeyRows.COLUMNS + " from errand.api_key ";
    private static final String FIND = ALL + "where hash = ?";
    private static final String WITH_ID = ALL + "where id = ?";
    private static final String LIST = ALL + "order by created, id";
    private static final String USED = "update errand.api_key set used = greatest(used, ?) where id = ?";
    private static final String REVOKE = "update errand.api_key set revoked = coalesce(revoked, ?) where id = ?";

    private static final String SPEND = """
            insert into errand.spent_token as spent (token, use, taken, until) values (?, ?, ?, ?)
            on conflict (token) do update set repeated = true where spent.use = excluded.use and spent.taken >= ?
            """;
    private static final String UNSPEND = "delete from errand.spent_token where token = ? and use = ? and not repeated";
    /** Some at a time, and none that another is about to forget. */
    private static final String FORGET = """
            delete from errand.spent_token
             where token in (select token from errand.spent_token where until < ? order by until limit 100 for update skip locked)
            """;

    private final Surroundings surroundings;
    private final Pool pool;

    ApiKeys(Surroundings surroundings, Pool pool) {
        this.surroundings = surroundings;
        this.pool = pool;
    }

    @Override
    public void create(SealedApiKey key, byte[] hash) {
        pool.ask(database -> ApiKeyRows.set(database.sql(CREATE), key).set(hash).update());
    }

    @Override
    public Optional<ApiKey> find(byte[] hash) {
        return pool.ask(database -> database.sql(FIND).set(hash).first(ApiKeyRows::key));
    }

    @Override
    public Optional<SealedApiKey> withId(String id) {
        return pool.ask(database -> database.sql(WITH_ID).set(id).first(ApiKeyRows::sealed));
    }

    @Override
    public List<ApiKey> list() {
        return pool.ask(database -> database.sql(LIST).list(ApiKeyRows::key));
    }

    @Override
    public void used(String id, Instant at) {
        pool.ask(database -> database.sql(USED).set(Times.micros(at)).set(id).update());
    }

    @Override
    public boolean revoke(String id) {
        return pool.ask(database ->
                        database.sql(REVOKE).set(surroundings.now()).set(id).update())
                > 0;
    }

    @Override
    public boolean spend(byte[] token, byte[] use, Instant until) {
        long now = surroundings.now();
        pool.ask(database -> database.sql(FORGET).set(now).update());
        return pool.ask(database -> database.sql(SPEND)
                        .set(token)
                        .set(use)
                        .set(now)
                        .set(Times.micros(until))
                        .set(now - Times.micros(SAME_USE))
                        .update())
                > 0;
    }

    @Override
    public void unspend(byte[] token, byte[] use) {
        pool.ask(database -> database.sql(UNSPEND).set(token).set(use).update());
    }
}
