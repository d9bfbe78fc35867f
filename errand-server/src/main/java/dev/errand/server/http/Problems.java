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
import dev.errand.server.call.Route;
import java.io.EOFException;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/**
 * Errors as they are answered. What nobody foresaw goes to the log, with a number by which it is found there, and with the route: the path that was asked for
 * may be a secret itself, as the address is by which anybody completes a token.
 */
final class Problems {
    private final Logger log;

    Problems(Logger log) {
        this.log = log;
    }

    /** @param route what was asked */
    Problem of(Throwable error, Route route) {
        return switch (error) {
            case Problem problem -> problem;
            case StoreException store -> outOfReach(store, route);
            case ErrandException otherwise -> Facts.added(of(otherwise, route), otherwise, route);
            case EOFException early -> Problem.of(400, "The body ended too early");
            case IOException late
            when late.getCause() instanceof TimeoutException -> Problem.of(408, "The body came too slowly");
            case IOException broken -> Problem.of(400, "The body could not be read");
            case InterruptedException end -> Problem.of(503, "The server is shutting down");
            default -> unforeseen(error, route);
        };
    }

    private Problem of(ErrandException error, Route route) {
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
            default -> unforeseen(error, route);
        };
    }

    /** Clients come again by themselves. Where the store is concerns only those who read the log. */
    private Problem outOfReach(StoreException error, Route route) {
        log.atWarn()
                .addKeyValue("method", route.method())
                .addKeyValue("route", route.path())
                .addKeyValue("reason", String.valueOf(error.getMessage()))
                .log("A request failed since the store did");
        return Problem.of(503, "The store could not do it; what was asked for may have been done or not")
                .header("retry-after", "1");
    }

    /** An answer went wrong that was written bit by bit. That the caller has gone is nothing to tell. */
    void broken(Throwable error, Route route) {
        if (!(error instanceof IOException)) {
            unforeseen(error, route);
        }
    }

    private Problem unforeseen(Throwable error, Route route) {
        String number = UUID.randomUUID().toString();
        log.atError()
                .addKeyValue("error", number)
                .addKeyValue("method", route.method())
                .addKeyValue("route", route.path())
                .setCause(error)
                .log("A request failed unexpectedly");
        return Problem.of(500, "Something went wrong in the server; its log tells what, under " + number);
    }
}
