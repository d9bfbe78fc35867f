package dev.errand.engine.validation;

/** Starts the threads of a body's branches. */
@FunctionalInterface
public interface BodyThreads {
    Thread start(Runnable code);
}
