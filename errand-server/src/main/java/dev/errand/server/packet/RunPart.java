package dev.errand.server.packet;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.server.call.Problem;

/** What a run was given, or what came of it. */
enum RunPart {
    PAYLOAD,
    OUTPUT;

    /** @throws Problem 404 if runs have no such part */
    static RunPart of(String name) {
        return switch (name) {
            case "payload" -> PAYLOAD;
            case "output" -> OUTPUT;
            default -> throw Problem.notFound("A run has a payload and an output, and no other packet");
        };
    }

    /**
     * The part of a run.
     *
     * @throws Problem 404 if it has none
     * @throws dev.errand.RunNotFoundException if there is no such run
     */
    Json of(Errand errand, RunId run) {
        RunInfo info = errand.run(run).info();
        if (this == PAYLOAD) {
            return info.payload();
        }
        Json output = info.output();
        if (info.state() != RunState.COMPLETED || output == null) {
            throw Problem.notFound("The run %s has no output".formatted(run));
        }
        return output;
    }
}
