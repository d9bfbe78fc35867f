package dev.errand.engine.step;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenNotFoundException;
import dev.errand.TokenResult;
import dev.errand.TokenState;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that a body waits for. What came of one is kept as a step when an attempt has seen it, so that the token may be deleted. Of
 * one that times out, the run's own due time is the end of the wait.
 */
public final class TokenWaits {
    /** What is kept of a token that has ended. */
    record Kept(
            TokenState state,
            @Nullable String value,
            @Nullable String error) {}

    private final RunId run;
    private final WaitJournal journal;
    private final Waits waits;
    private final Codec codec;

    public TokenWaits(RunId run, WaitJournal journal, Waits waits, Codec codec) {
        this.run = run;
        this.journal = journal;
        this.waits = waits;
        this.codec = codec;
    }

    /** See {@link dev.errand.RunContext#await}. */
    public <T extends @Nullable Object> TokenResult<T> await(Token<T> token) throws InterruptedException {
        waits.requireMayWait("Token '" + token.name() + "' was not awaited");
        Place place = waits.placeOf(token.id());
        String key = place.key(StepKey.token(token.id()));
        Lock alone = place.lock(key);
        alone.lockInterruptibly();
        try {
            return await(token, key);
        } finally {
            alone.unlock();
        }
    }

    /** Of several branches that await it one after the other, which have one row. */
    private <T extends @Nullable Object> TokenResult<T> await(Token<T> token, String key) {
        StepEntry entry = journal.find(key);
        if (entry != null && entry.endedAt() != null) {
            waits.passed(key);
            return result(token.id(), token.type(), read(entry));
        }
        TokenInfo info = journal.token(token.id()).orElseThrow(() -> new TokenNotFoundException(token.id()));
        Kept kept = ended(info);
        if (kept == null) {
            List<StepEntry> begun = entry == null ? List.of(begun(key, info)) : List.of();
            throw waits.suspended(
                    key, begun, info.timeoutAt(), new Report.Awaits(List.of(), List.of(token.id()), false));
        }
        waits.passed(key);
        journal.keep(journal.entry(key, info.name(), waits.now(), written(kept)));
        return result(token.id(), token.type(), kept);
    }

    /** For those who look at it, it is named as whoever created it did, and has the token's id. */
    private StepEntry begun(String key, TokenInfo info) {
        byte[] id = ('"' + info.id().toString() + '"').getBytes(StandardCharsets.US_ASCII);
        return journal.entry(key, info.name(), null, id);
    }

    /** What came of it; null while nothing has. That its time has passed is for the store to say, where others may still complete it. */
    private static @Nullable Kept ended(TokenInfo info) {
        return switch (info.state()) {
            case PENDING -> null;
            case COMPLETED ->
                new Kept(
                        TokenState.COMPLETED,
                        Objects.requireNonNull(info.value()).text(),
                        null);
            case FAILED -> new Kept(TokenState.FAILED, null, info.error());
            case TIMED_OUT -> new Kept(TokenState.TIMED_OUT, null, null);
        };
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // whether null fits is for T to say
    private <T extends @Nullable Object> TokenResult<T> result(TokenId token, Type type, Kept kept) {
        return switch (kept.state()) {
            case COMPLETED -> new TokenResult.Completed<>(token, (T) value(token, type, kept));
            case FAILED -> new TokenResult.Failed<>(token, String.valueOf(kept.error()));
            case TIMED_OUT, PENDING -> new TokenResult.TimedOut<>(token);
        };
    }

    private @Nullable Object value(TokenId token, Type type, Kept kept) {
        String value = kept.value() == null ? Json.NULL.text() : kept.value();
        try {
            return codec.read(value.getBytes(StandardCharsets.UTF_8), type);
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "The value of a token that run %s awaited does not fit %s%s: %s"
                            .formatted(
                                    run, type.getTypeName(), e.path().isEmpty() ? "" : " at " + e.path(), e.reason()),
                    e);
        }
    }

    private byte[] written(Kept kept) {
        try {
            return codec.write(kept);
        } catch (UnfitException e) {
            throw new IllegalStateException("What came of a token can be written", e);
        }
    }

    private Kept read(StepEntry entry) {
        try {
            return (Kept) Objects.requireNonNull(
                    codec.read(Objects.requireNonNull(entry.result(), "it has ended"), Kept.class));
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "What came of token '%s' of run %s cannot be read: %s".formatted(entry.name(), run, e.reason()), e);
        }
    }
}
