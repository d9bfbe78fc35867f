/** Runs durable tasks: claims them from a store, attempts them, records what came of it. */
@org.jspecify.annotations.NullMarked
module dev.errand.engine {
    requires transitive dev.errand.api;
    requires dev.errand.store;
    requires org.slf4j;
    requires com.fasterxml.jackson.annotation;
    requires tools.jackson.databind;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    exports dev.errand.engine;

    uses dev.errand.store.StoreProvider;

    opens dev.errand.engine.schedule to
            tools.jackson.databind;
    opens dev.errand.engine.task to
            tools.jackson.databind;
    opens dev.errand.engine.isolation to
            tools.jackson.databind;
    opens dev.errand.engine.step to
            tools.jackson.databind;

    provides dev.errand.spi.EngineProvider with
            dev.errand.engine.EngineLauncher;
}
