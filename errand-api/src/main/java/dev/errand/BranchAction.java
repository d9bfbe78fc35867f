package dev.errand;

/** The code of a branch without a result. */
@FunctionalInterface
public interface BranchAction {
    /** Does the work; see {@link BranchBody#run}. */
    void run() throws Exception;
}
