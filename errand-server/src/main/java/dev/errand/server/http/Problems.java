package dev.errand.server.http;

import dev.errand.BatchNotFoundException;
import dev.errand.ErrandException;
import dev.errand.InvalidPayloadException;
import dev.errand.KeyConflictException;
import dev.errand.QueueFullException;
import dev.errand.QueueNotFoundException;
import dev.errand.RunNotFoundException;
import dev.errand.ScheduleNotFoundException;
import dev.errand.StepNotFoundException;
import dev.errand.StoreException;
import dev.errand.TaskNotFoundException;
import dev.errand.TokenNotFoundException;
import dev.errand.server.call.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** Errors as they are answered. What nobody foresaw goes to the log, with a number by which it is found there. */
final class Problems {
    private Problems() {}

    static Problem of(Exception error, String method, String path) {
        return switch (error) {
            case Problem problem -> problem;
            case StoreException store -> outOfReach(store, method, path);
            case ErrandException otherwise -> of(otherwise, method, path);
            case EOFException early -> Problem.of(400, "The body ended too early");
            case IOException late
            when late.getCause() instanceof TimeoutException -> Problem.of(408, "The body came too slowly");
            case IOException broken -> Problem.of(400, "The body could not be read");
            default -> unforeseen(error, method, path);
        };
    }

    private static Problem of(ErrandException error, String method, String path) {
        String message = String.valueOf(error.getMessage());
        return switch (error) {
            case RunNotFoundException run -> Problem.notFound(message);
            case TaskNotFoundException task -> Problem.notFound(message);
            case BatchNotFoundException batch -> Problem.notFound(message);
            case TokenNotFoundException token -> Problem.notFound("There is no such token");
            case QueueNotFoundException queue -> Problem.notFound(message);
            case ScheduleNotFoundException schedule -> Problem.notFound(message);
            case StepNotFoundException step -> Problem.notFound(message);
            case InvalidPayloadException payload ->
                Problem.impossible("payload" + payload.path().replace('/', '.'), message);
            case KeyConflictException key -> Problem.impossible("options.idempotencyKey", message);
            case QueueFullException full -> Problem.of(429, message).header("retry-after", "1");
            default -> unforeseen(error, method, path);
        };
    }

    /** Clients come again by themselves. Where the store is concerns only those who read the log. */
    private static Problem outOfReach(StoreException error, String method, String path) {
        Dispatch.LOG
                .atWarn()
                .addKeyValue("method", method)
                .addKeyValue("path", path)
                .addKeyValue("reason", String.valueOf(error.getMessage()))
                .log("A request failed since the store did");
        return Problem.of(503, "The store could not do it; what was asked for may have been done or not")
                .header("retry-after", "1");
    }

    private static Problem unforeseen(Exception error, String method, String path) {
        String number = UUID.randomUUID().toString();
        Dispatch.LOG
                .atError()
                .addKeyValue("error", number)
                .addKeyValue("method", method)
                .addKeyValue("path", path)
                .setCause(error)
                .log("A request failed unexpectedly");
        return Problem.of(500, "Something went wrong in the server; its log tells what, under " + number);
    }
}
