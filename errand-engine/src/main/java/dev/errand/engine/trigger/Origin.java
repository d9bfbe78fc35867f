package dev.errand.engine.trigger;

import dev.errand.RunId;

/** The body that triggers. */
public record Origin(RunId run, int attempt) {}
