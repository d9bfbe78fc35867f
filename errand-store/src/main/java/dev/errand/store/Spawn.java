package dev.errand.store;

import java.util.List;

/**
 * Runs that a body triggers, and the step that says so.
 *
 * @param step as of {@link Report.Journaled}
 * @param awaited whether the claim's run wants to know of their ends, see {@link Store#ends}
 */
public record Spawn(Claim claim, StepEntry step, List<NewRun> runs, boolean awaited) {}
