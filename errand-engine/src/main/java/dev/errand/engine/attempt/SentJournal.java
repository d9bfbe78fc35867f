package dev.errand.engine.attempt;

import dev.errand.StoreException;
import dev.errand.engine.isolation.Channel;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.json.Codec;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.OpenTransaction;
import dev.errand.engine.step.WaitJournal;
import dev.errand.store.Receipt;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Has the node find and keep the steps of the body of a child process. */
final class SentJournal implements Journal {
    private record Told(Messages.StepAnswer answer, byte[] result) {}

    private static final byte[] NOTHING = {};

    private final Channel channel;
    private final Codec codec;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<Told>> asked = new ConcurrentHashMap<>();

    SentJournal(Channel channel, Codec codec) {
        this.channel = channel;
        this.codec = codec;
    }

    @Override
    public CompletionStage<Beginning> begin(Call call) {
        Messages.StepCall message = message(call);
        CompletableFuture<Told> told = ask(message);
        channel.say(Kind.STEP, Jobs.json(codec, message));
        return told.thenApply(SentJournal::beginning);
    }

    private static Beginning beginning(Told told) {
        Messages.StepAnswer answer = told.answer();
        return switch (answer.word()) {
            case DUE -> new Beginning.Due();
            case DONE -> new Beginning.Done(told.result());
            case FAILED -> new Beginning.Failed(answer.attempt(), answer.failure());
            case LOST -> new Beginning.Lost();
            case UNKNOWN -> throw new StoreException(String.valueOf(answer.error()));
        };
    }

    /** When this returns, the node gets it whatever becomes of this process. */
    @Override
    public CompletionStage<Receipt> end(Call call, End end) {
        Messages.StepCall number = message(call);
        Parts parts = switch (end) {
            case End.Done(var result) -> parts(new Messages.StepEnd(number, null, false), result);
            case End.Failed(var failure) -> parts(new Messages.StepEnd(number, failure, false), NOTHING);
            case End.Again(var failure) -> parts(new Messages.StepEnd(number, failure, true), NOTHING);
        };
        CompletableFuture<Told> told = ask(number);
        channel.say(Kind.STEP_END, parts.frame());
        return told.thenApply(each -> each.answer().word() == Messages.StepWord.LOST ? Receipt.LOST : Receipt.RECORDED);
    }

    @Override
    public WaitJournal waits() {
        throw new IllegalStateException(
                "An isolated attempt cannot wait: it would hold its process and machine. Let a task that is not isolated wait, and trigger this one");
    }

    /** Refused before, see {@link Scope#requireTransactions}. */
    @Override
    public OpenTransaction transaction(Call call) {
        throw new IllegalStateException("There is no way to the store from here");
    }

    private Messages.StepCall message(Call call) {
        return new Messages.StepCall(numbers.incrementAndGet(), call.key(), call.name(), call.calls());
    }

    private Parts parts(Messages.StepEnd end, byte[] result) {
        return new Parts(Jobs.json(codec, end), result);
    }

    private CompletableFuture<Told> ask(Messages.StepCall message) {
        CompletableFuture<Told> told = new CompletableFuture<>();
        asked.put(message.number(), told);
        return told;
    }

    /** On the thread that reads the channel. */
    void answer(byte[] frame) {
        Parts parts = Parts.of(frame);
        Messages.StepAnswer answer = Jobs.read(codec, parts.head(), Messages.StepAnswer.class);
        CompletableFuture<Told> told = asked.remove(answer.number());
        if (told != null) {
            told.complete(new Told(answer, parts.rest()));
        }
    }
}
