/**
 * For tests of tasks: a clock to set, an engine that runs until nothing is left to do, assertions about runs.
 * {@link dev.errand.testkit.TestErrand} is the door.
 */
@org.jspecify.annotations.NullMarked
module dev.errand.testkit {
    requires transitive dev.errand.api;
    requires transitive org.assertj.core;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports dev.errand.testkit;
}
