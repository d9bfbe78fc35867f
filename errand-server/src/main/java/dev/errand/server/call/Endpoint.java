package dev.errand.server.call;

import java.io.IOException;

/** One thing that can be asked of the server: reads what was said, calls the engine once, answers. Any number of threads call it. */
public interface Endpoint {
    /** What it is asked by; always the same. */
    Route route();

    /**
     * Answers on a virtual thread of the call's own, so it may wait.
     *
     * @throws Problem for what the caller did wrong; errors of the engine are translated elsewhere
     */
    Answer answer(Call call) throws IOException, InterruptedException;

    /** The server has ended: lets go of what it holds of the engine, which goes on. */
    default void end() {}
}
