package dev.errand;

import dev.errand.spi.TaskPlace;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A named piece of code and its options. Immutable; describe it once, usually as a constant, and hand it to an engine.
 *
 * <pre>{@code
 * static final Task<Welcome, String> WELCOME = Task.named("welcome-email", Welcome.class, String.class)
 *         .retry(Retry.exponential().attempts(5))
 *         .run((welcome, run) -> mailer.greet(welcome.email()));
 * }</pre>
 *
 * @param <P> the payload's type: a record, a collection, a primitive's wrapper, {@link Json}, or {@code Void} for none
 * @param <O> the output's type, likewise
 */
public final class Task<P extends @Nullable Object, O extends @Nullable Object> {
    /** The key no payload may use at its top level when it is merged with default arguments. */
    public static final String RESERVED_ARGUMENT = "$run";

    private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._:/-]{0,127}");

    private final String id;
    private final Type payloadType;
    private final Type outputType;
    private final TaskOptions options;
    private final List<TaskHooks<? super P, ? super O>> hooks;
    private final @Nullable PayloadParser<? extends P> parser;
    private final TaskBody<P, O> body;
    private final String source;
    private final @Nullable TaskPlace place;

    Task(
            String id,
            Type payloadType,
            Type outputType,
            TaskOptions options,
            List<TaskHooks<? super P, ? super O>> hooks,
            @Nullable PayloadParser<? extends P> parser,
            TaskBody<P, O> body,
            String source,
            @Nullable TaskPlace place) {
        this.id = id;
        this.payloadType = Objects.requireNonNull(payloadType, "payload type");
        this.outputType = Objects.requireNonNull(outputType, "output type");
        this.options = Objects.requireNonNull(options, "options");
        this.hooks = List.copyOf(hooks);
        this.parser = parser;
        this.body = Objects.requireNonNull(body, "body");
        this.source = Objects.requireNonNull(source, "source");
        this.place = place;
        checkId(id);
        options.aliases().forEach(Task::checkId);
        if (options.arguments().containsKey(RESERVED_ARGUMENT)) {
            throw new IllegalArgumentException(
                    "Task %s: the argument name %s is reserved".formatted(id, RESERVED_ARGUMENT));
        }
    }

    /** A task without a result. */
    public static <P extends @Nullable Object> TaskWithoutOutput<P> named(String id, Class<P> payload) {
        return new TaskWithoutOutput<>(id, payload);
    }

    /** A task without a result, for payload types with arguments. */
    public static <P extends @Nullable Object> TaskWithoutOutput<P> named(String id, TypeRef<P> payload) {
        return new TaskWithoutOutput<>(id, payload.type());
    }

    /** A task with a result. */
    public static <P extends @Nullable Object, O extends @Nullable Object> TaskWithOutput<P, O> named(
            String id, Class<P> payload, Class<O> output) {
        return new TaskWithOutput<>(id, payload, output);
    }

    /** A task with a result, for types with arguments. */
    public static <P extends @Nullable Object, O extends @Nullable Object> TaskWithOutput<P, O> named(
            String id, TypeRef<P> payload, TypeRef<O> output) {
        return new TaskWithOutput<>(id, payload.type(), output.type());
    }

    /** A task whose types are known as reflection sees them, for those who build tasks from files or annotations. */
    public static TaskWithOutput<@Nullable Object, @Nullable Object> reflected(String id, Type payload, Type output) {
        return new TaskWithOutput<>(id, payload, output);
    }

    private static void checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "'" + id
                            + "' is no task id: 1 to 128 letters, digits and . _ : / - are allowed, beginning with a letter or digit");
        }
    }

    /** Unique in a store, ignoring case. */
    public String id() {
        return id;
    }

    public Type payloadType() {
        return payloadType;
    }

    public Type outputType() {
        return outputType;
    }

    public TaskOptions options() {
        return options;
    }

    /** What is called around its attempts, the outermost first. */
    public List<TaskHooks<? super P, ? super O>> hooks() {
        return hooks;
    }

    /** What makes payloads of JSON; null for what is usual for the payload's type. */
    public @Nullable PayloadParser<? extends P> parser() {
        return parser;
    }

    public TaskBody<P, O> body() {
        return body;
    }

    /** Where it comes from: a file's path, or empty for tasks of a program. */
    public String source() {
        return source;
    }

    /** Where another process of this program finds its code; null if that is not known. */
    public @Nullable TaskPlace place() {
        return place;
    }

    /** A copy that other processes of this program can find, for those who load tasks. */
    public Task<P, O> withPlace(TaskPlace place) {
        return new Task<>(id, payloadType, outputType, options, hooks, parser, body, source, place);
    }

    /** A copy with another body. */
    public Task<P, O> withBody(TaskBody<P, O> body) {
        return new Task<>(id, payloadType, outputType, options, hooks, parser, body, source, place);
    }

    /** A copy that says where it comes from, for those who load tasks from files. */
    public Task<P, O> withSource(String source) {
        return new Task<>(id, payloadType, outputType, options, hooks, parser, body, source, place);
    }

    /** A copy with other default arguments, which replace the present ones as a whole. */
    public Task<P, O> withArguments(Map<String, Object> arguments) {
        return withOptions(options.withArguments(arguments));
    }

    /** A copy with other options. */
    public Task<P, O> withOptions(TaskOptions options) {
        return new Task<>(id, payloadType, outputType, options, hooks, parser, body, source, place);
    }

    @Override
    public String toString() {
        return "Task[" + id + "]";
    }
}
