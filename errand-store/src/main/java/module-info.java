/** The seam between the engine and whatever keeps its runs: one interface in the words of the four verbs. */
@org.jspecify.annotations.NullMarked
module dev.errand.store {
    requires transitive dev.errand.api;
    requires static transitive org.jspecify;
    requires transitive java.sql;

    exports dev.errand.store;
    exports dev.errand.store.copy;
    exports dev.errand.store.format;
    exports dev.errand.store.limits;
    exports dev.errand.store.sql;

    uses dev.errand.store.StoreProvider;
    uses dev.errand.store.copy.CopyProvider;
}
