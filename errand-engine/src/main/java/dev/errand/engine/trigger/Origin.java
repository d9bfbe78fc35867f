package dev.errand.engine.trigger;

import dev.errand.RunId;

/**
 * The body that triggers.
 *
 * @param root the run at the top of the tree that its run is in: that run itself, if it has no parent
 */
public record Origin(RunId run, int attempt, RunId root) {}
