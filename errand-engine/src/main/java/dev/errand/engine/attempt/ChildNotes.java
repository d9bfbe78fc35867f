package dev.errand.engine.attempt;

import dev.errand.ClaimLostException;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.Progress;
import dev.errand.QueueFullException;
import dev.errand.Run;
import dev.errand.StoreException;
import dev.errand.engine.isolation.Channel.Frame;
import dev.errand.engine.isolation.Child;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.record.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.event.Level;

/** Takes what a child says for what this node's own body might have said. */
final class ChildNotes {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Attempt attempt;
    private final Child child;
    private final Consumer<Outcome> outcome;
    private final ChildSteps steps;

    /** @param outcome told once, if the child says what came of its attempt */
    ChildNotes(Attempt attempt, Child child, Consumer<Outcome> outcome) {
        this.attempt = attempt;
        this.child = child;
        this.outcome = outcome;
        this.steps = new ChildSteps(attempt, child);
    }

    void receive(Frame frame) {
        switch (frame.kind()) {
            case RETURNED -> outcome.accept(new Outcome.Returned(frame.bytes()));
            case THREW -> outcome.accept(threw(read(frame, Messages.Threw.class)));
            case STOPPED -> outcome.accept(attempt.stopped());
            case CALL -> call(read(frame, Messages.Call.class));
            case STEP -> steps.call(frame);
            case STEP_END -> steps.end(frame);
            default -> {
                note(frame);
                waitForStore();
            }
        }
    }

    private void note(Frame frame) {
        NoteTaker notes = attempt.notes();
        switch (frame.kind()) {
            case ITEM -> notes.emit(frame.bytes()); // counted over there as well, so that it fits
            case LINE -> {
                String[] parts = text(frame).split("\n", 2);
                notes.line(Level.valueOf(parts[0]), parts[1]);
            }
            case PROGRESS -> {
                String[] parts = text(frame).split(" ", 2);
                notes.progress(new Progress(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
            }
            case METADATA -> notes.metadata(text(frame));
            case RAISED -> {
                Messages.Raised raised = read(frame, Messages.Raised.class);
                attempt.notes().raised(raised.name(), raised.data());
            }
            case PUBLISHED -> publish(read(frame, Messages.Published.class));
            default -> throw new IllegalStateException("a child says " + frame.kind());
        }
    }

    /** What earlier attempts have published is not counted over there. */
    private void publish(Messages.Published published) {
        try {
            attempt.notes().publish(published.name(), published.json().getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            attempt.notes().line(Level.WARN, String.valueOf(e.getMessage()));
        }
    }

    /** What is not read stays in the socket, and makes the child wait. */
    private void waitForStore() {
        while (isStoreBehind() && !attempt.isStopping()) {
            LockSupport.parkNanos(this, PAUSE);
        }
    }

    private boolean isStoreBehind() {
        return attempt.surroundings().recorder().isBehind() || !attempt.notes().hasRoomToRaise();
    }

    private void call(Messages.Call call) {
        Messages.Answer answer;
        try {
            Run<Json> run = triggering(call).trigger(call.task(), call.json(), call.options(), attempt.origin());
            answer = new Messages.Answer(
                    call.number(), Messages.CallWord.DONE, run.id().toString(), run.isHit(), null);
        } catch (QueueFullException e) {
            String what = "%d %d %s".formatted(e.maxPending(), e.pending(), e.queue());
            answer = new Messages.Answer(call.number(), Messages.CallWord.FULL, null, false, what);
        } catch (KeyConflictException e) {
            String holder = e.run().toString();
            answer = new Messages.Answer(call.number(), Messages.CallWord.CONFLICT, holder, false, e.getMessage());
        } catch (StoreException e) {
            answer = failed(call, Messages.CallWord.UNKNOWN, e);
        } catch (ClaimLostException e) {
            answer = failed(call, Messages.CallWord.LOST, e);
        } catch (IllegalStateException e) {
            answer = failed(call, Messages.CallWord.OUT_OF_PLACE, e);
        } catch (RuntimeException e) {
            answer = failed(call, Messages.CallWord.REFUSED, e);
        }
        child.send(Kind.ANSWER, Jobs.json(attempt.codec(), answer));
    }

    private static Messages.Answer failed(Messages.Call call, Messages.CallWord word, RuntimeException error) {
        return new Messages.Answer(call.number(), word, null, false, String.valueOf(error.getMessage()));
    }

    private Triggering triggering(Messages.Call call) {
        return call.times() == Messages.Times.EACH
                ? attempt.triggering()
                : attempt.settlement().triggeringOnce(call.times() == Messages.Times.ONCE_AN_ATTEMPT, call.inOrder());
    }

    private Outcome threw(Messages.Threw threw) {
        Failure failure = threw.failure(attempt.claim().attempt(), attempt.now());
        return new Outcome.Threw(failure, threw.decision());
    }

    private <T> T read(Frame frame, Class<T> type) {
        return Jobs.read(attempt.codec(), frame.bytes(), type);
    }

    private static String text(Frame frame) {
        return new String(frame.bytes(), StandardCharsets.UTF_8);
    }
}
