package dev.errand.engine.attempt;

import dev.errand.engine.json.Raised;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.step.Said;
import dev.errand.engine.value.Reads;
import org.jspecify.annotations.Nullable;

/** What a body says in JSON: items that it emits, and events that it raises. Each is kept once, however often the body is called. */
final class Saying {
    private static final int LONGEST_NAME = 256;

    private final Scope scope;
    private final FirstTime firstTime;

    Saying(Scope scope, FirstTime firstTime) {
        this.scope = scope;
        this.firstTime = firstTime;
    }

    /** See {@link dev.errand.RunContext#emit}. */
    void emit(@Nullable Object item) {
        byte[] json = json("An emitted item", item);
        if (firstTime.isNew(Said.Kind.ITEM)) {
            scope.notes().emit(json);
        }
    }

    /** See {@link dev.errand.RunContext#raise}. */
    void raise(String event, @Nullable Object data) {
        Raised raised = Raised.of(scope.codec(), event, data);
        if (firstTime.isNew(Said.Kind.EVENT)) {
            scope.notes().raise(raised.name(), raised.data());
        }
    }

    /** See {@link dev.errand.RunContext#publish}. It counts as metadata does: nodes of the version before know of nothing else that could be said. */
    void publish(String name, @Nullable Object value) {
        Reads.refuse("Nothing was published");
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "the name of a published value has 1 to %d characters and no NUL, this one %d"
                            .formatted(LONGEST_NAME, name.length()));
        }
        byte[] json = json("A published value", value);
        if (firstTime.isNew(Said.Kind.METADATA)) {
            scope.notes().publish(name, json);
        }
    }

    private byte[] json(String what, @Nullable Object value) {
        try {
            return scope.codec().write(value);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(what + " cannot be written as JSON: " + e.reason(), e);
        }
    }
}
