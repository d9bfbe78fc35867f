/** The store for many nodes: a PostgreSQL database. */
@org.jspecify.annotations.NullMarked
module dev.errand.store.postgres {
    requires transitive dev.errand.store;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires static org.checkerframework.checker.qual; // whose annotations the driver carries
    requires static org.jspecify;

    exports dev.errand.store.postgres to
            org.postgresql.jdbc; // which makes the sockets of connections that listen

    provides dev.errand.store.StoreProvider with
            dev.errand.store.postgres.PostgresStoreProvider;
    provides dev.errand.store.copy.CopyProvider with
            dev.errand.store.postgres.PostgresCopyProvider;
}
