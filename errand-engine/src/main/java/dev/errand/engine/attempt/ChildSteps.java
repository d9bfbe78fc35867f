package dev.errand.engine.attempt;

import dev.errand.Failure;
import dev.errand.StoreException;
import dev.errand.engine.isolation.Channel.Frame;
import dev.errand.engine.isolation.Child;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.isolation.Messages.StepAnswer;
import dev.errand.engine.isolation.Messages.StepWord;
import dev.errand.engine.step.Journal;
import dev.errand.store.Receipt;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Finds and keeps the steps of a child's body in the journal of this node's attempt. */
final class ChildSteps {
    private static final byte[] NOTHING = {};

    /** A child may be slow to read its answer, for which no thread of the engine's waits. */
    private static final Executor APART = Thread::startVirtualThread;

    private final Attempt attempt;
    private final Child child;
    private @Nullable Journal journal;

    ChildSteps(Attempt attempt, Child child) {
        this.attempt = attempt;
        this.child = child;
    }

    /** Of the thread that reads what the child says, as {@link #end}. */
    private Journal journal() {
        if (journal == null) {
            journal = attempt.journal();
        }
        return journal;
    }

    void call(Frame frame) {
        Messages.StepCall call = Jobs.read(attempt.codec(), frame.bytes(), Messages.StepCall.class);
        try {
            journal().begin(of(call)).thenAcceptAsync(beginning -> answer(call.number(), beginning), APART);
        } catch (StoreException e) {
            String error = String.valueOf(e.getMessage());
            answer(new StepAnswer(call.number(), StepWord.UNKNOWN, 0, null, error), NOTHING);
        }
    }

    void end(Frame frame) {
        Parts parts = Parts.of(frame.bytes());
        Messages.StepEnd end = Jobs.read(attempt.codec(), parts.head(), Messages.StepEnd.class);
        journal()
                .end(of(end.call()), of(end, parts.rest()))
                .thenAcceptAsync(receipt -> answer(end.call().number(), receipt), APART);
    }

    private static Journal.Call of(Messages.StepCall call) {
        return new Journal.Call(call.key(), call.name(), call.calls());
    }

    private Journal.End of(Messages.StepEnd end, byte[] result) {
        Failure said = end.failure();
        if (said == null) {
            return new Journal.End.Done(result);
        }
        Failure failure = new Failure(
                said.kind(), said.type(), said.message(), said.stack(), said.attempt(), attempt.now(), said.data());
        return end.again() ? new Journal.End.Again(failure) : new Journal.End.Failed(failure);
    }

    private void answer(long number, Journal.Beginning beginning) {
        switch (beginning) {
            case Journal.Beginning.Due() -> answer(word(number, StepWord.DUE), NOTHING);
            case Journal.Beginning.Done(var result) -> answer(word(number, StepWord.DONE), result);
            case Journal.Beginning.Failed(var in, var failure) ->
                answer(new StepAnswer(number, StepWord.FAILED, in, failure, null), NOTHING);
            case Journal.Beginning.Lost() -> answer(word(number, StepWord.LOST), NOTHING);
        }
    }

    private void answer(long number, Receipt receipt) {
        answer(word(number, receipt == Receipt.LOST ? StepWord.LOST : StepWord.DONE), NOTHING);
    }

    private static StepAnswer word(long number, StepWord word) {
        return new StepAnswer(number, word, 0, null, null);
    }

    private void answer(StepAnswer answer, byte[] result) {
        child.send(Kind.STEP_ANSWER, new Parts(Jobs.json(attempt.codec(), answer), result).frame());
    }
}
