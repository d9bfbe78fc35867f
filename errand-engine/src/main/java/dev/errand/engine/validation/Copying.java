package dev.errand.engine.validation;

import dev.errand.Branch;
import dev.errand.RunResult;
import dev.errand.SignalResult;
import dev.errand.TokenResult;
import dev.errand.Winner;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps what was returned so that it can be returned again, though its receiver may change it. */
@FunctionalInterface
interface Copying<T extends @Nullable Object> {
    /** Called before anybody else has the value. */
    Answer.Returned keep(T value) throws Exception;

    /** For what nobody can change, or what has no other form. */
    static <T extends @Nullable Object> Copying<T> none() {
        return value -> new Answer.Returned(() -> value, 0);
    }

    /** As JSON; what cannot be written is kept itself. */
    static <T extends @Nullable Object> Copying<T> of(Codec codec, Type type) {
        return value -> {
            try {
                byte[] json = codec.write(value, type);
                return new Answer.Returned(() -> read(codec, json, type), json.length);
            } catch (UnfitException e) {
                return new Answer.Returned(() -> value, 0);
            }
        };
    }

    private static @Nullable Object read(Codec codec, byte[] json, Type type) {
        try {
            return codec.read(json, type);
        } catch (UnfitException e) {
            throw new IllegalStateException("An answer cannot be read again: " + e.reason(), e);
        }
    }

    static <T extends @Nullable Object> Copying<SignalResult<T>> ofSignal(Codec codec, Type type) {
        return result -> result instanceof SignalResult.Received<T>(var value)
                ? around(
                        Copying.<@Nullable Object>of(codec, type).keep(value),
                        copy -> new SignalResult.Received<>(copy))
                : Copying.<@Nullable Object>none().keep(result);
    }

    static <T extends @Nullable Object> Copying<TokenResult<T>> ofToken(Codec codec, Type type) {
        return result -> result instanceof TokenResult.Completed<T>(var token, var value)
                ? around(
                        Copying.<@Nullable Object>of(codec, type).keep(value),
                        copy -> new TokenResult.Completed<>(token, copy))
                : Copying.<@Nullable Object>none().keep(result);
    }

    static <T extends @Nullable Object> Copying<List<RunResult<T>>> ofChildren(Codec codec, Type type) {
        return results -> {
            List<Answer.Returned> kept = new ArrayList<>();
            for (RunResult<T> result : results) {
                kept.add(
                        result instanceof RunResult.Completed<T>(var run, var output)
                                ? around(
                                        Copying.<@Nullable Object>of(codec, type)
                                                .keep(output),
                                        copy -> new RunResult.Completed<>(run, copy))
                                : Copying.<@Nullable Object>none().keep(result));
            }
            return all(kept);
        };
    }

    static <T extends @Nullable Object> Copying<List<T>> ofBranches(Codec codec, List<Branch<T>> branches) {
        return results -> {
            List<Answer.Returned> kept = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                kept.add(Copying.<@Nullable Object>of(codec, branches.get(i).type())
                        .keep(results.get(i)));
            }
            return all(kept);
        };
    }

    static <T extends @Nullable Object> Copying<Winner<T>> ofWinner(Codec codec, List<Branch<T>> branches) {
        return winner -> around(
                Copying.<@Nullable Object>of(codec, branches.get(winner.index()).type())
                        .keep(winner.result()),
                copy -> new Winner<>(winner.index(), winner.branch(), copy));
    }

    /** What is made of a value that is kept. */
    interface Wrapping {
        Object of(@Nullable Object value);
    }

    private static Answer.Returned around(Answer.Returned inner, Wrapping wrapping) {
        Supplier<? extends @Nullable Object> value = inner.value();
        return new Answer.Returned(() -> wrapping.of(value.get()), inner.bytes());
    }

    private static Answer.Returned all(List<Answer.Returned> kept) {
        return new Answer.Returned(
                () -> {
                    List<@Nullable Object> all = new ArrayList<>();
                    kept.forEach(one -> all.add(one.value().get()));
                    return Collections.unmodifiableList(all);
                },
                kept.stream().mapToInt(Answer.Returned::bytes).sum());
    }
}
