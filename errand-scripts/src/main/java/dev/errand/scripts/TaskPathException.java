package dev.errand.scripts;

import java.nio.file.Path;

/** A path that was to be loaded names no task file, or no folder of them. The message says what it names, and the way out. */
public final class TaskPathException extends IllegalArgumentException {
    /** What a path names instead. */
    public enum Problem {
        /** Nothing: there is no such file. */
        MISSING,
        /** A folder, where a file was asked for. */
        FOLDER,
        /** Several files by a wildcard, where one was asked for. */
        WILDCARD,
        /** A file or nothing, where a folder was asked for. */
        NO_FOLDER
    }

    private final transient Path path;
    private final Problem problem;

    TaskPathException(Path path, Problem problem, String message) {
        super(message);
        this.path = path;
        this.problem = problem;
    }

    public Path path() {
        return path;
    }

    public Problem problem() {
        return problem;
    }
}
