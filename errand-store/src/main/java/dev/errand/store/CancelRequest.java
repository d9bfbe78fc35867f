package dev.errand.store;

import dev.errand.RunId;

/** Somebody wants a run to stop that this node holds under this claim. */
public record CancelRequest(RunId run, long claim, String reason) {}
