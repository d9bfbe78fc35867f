/** The embedded store: one SQLite file, which several processes may share. */
@org.jspecify.annotations.NullMarked
module dev.errand.store.sqlite {
    requires transitive dev.errand.store;
    requires org.xerial.sqlitejdbc;
    requires org.slf4j;
    requires static org.jspecify;

    provides dev.errand.store.StoreProvider with
            dev.errand.store.sqlite.SqliteStoreProvider;
    provides dev.errand.store.copy.CopyProvider with
            dev.errand.store.sqlite.SqliteCopyProvider;
}
