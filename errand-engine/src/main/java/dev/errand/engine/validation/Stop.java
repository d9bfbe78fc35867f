package dev.errand.engine.validation;

/** Unwinds the second execution of a body: it has come as far as the first, or has left it. Nothing is to catch this. */
@SuppressWarnings("serial") // it never leaves its process
final class Stop extends Error {
    Stop() {
        super("The second execution of the body ends here. Nothing is to catch this", null, false, false);
    }
}
