/**
 * The words of Errand: what a task is, how a run of it is triggered, awaited and steered, and the errors that can come of it.
 * {@link dev.errand.Errand} is the door; an engine on the class path stands behind it.
 */
@org.jspecify.annotations.NullMarked
module dev.errand.api {
    requires transitive org.slf4j;
    requires transitive java.net.http;
    requires transitive java.sql;
    requires static transitive org.jspecify;

    exports dev.errand;
    exports dev.errand.cron;
    exports dev.errand.http;
    exports dev.errand.spi;

    uses dev.errand.spi.EngineProvider;
}
