package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.example.Fulfilment;
import dev.errand.example.Fulfilment.Order;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A process that fulfils orders until the body comes to a point at which it dies. */
final class FulfilmentProcess extends WorkingProcess {
    static final String NEVER = "never";

    /** Returns when it works, or has died of what waited for it. */
    FulfilmentProcess(String url, Path done, String point) throws IOException {
        super(FulfilmentProcess.class, url, done.toString(), point);
    }

    /** The task of the example, which dies at a point: for example {@code before 2}, the second thing the body asks its run for. */
    private static Task<Order, String> dying(Task<Order, String> fulfil, String point) {
        return fulfil.withOptions(fulfil.options().withRedeliveries(100))
                .withBody((order, run) -> fulfil.body().run(order, context(run, (when, call) -> {
                    if (point.equals(when + " " + call)) {
                        Runtime.getRuntime().halt(9);
                    }
                })));
    }

    private interface Watch {
        void passes(String when, int call);
    }

    private static RunContext context(RunContext run, Watch watch) {
        AtomicInteger calls = new AtomicInteger();
        return (RunContext) Proxy.newProxyInstance(
                RunContext.class.getClassLoader(), new Class<?>[] {RunContext.class}, (proxy, method, arguments) -> {
                    int call = calls.incrementAndGet();
                    watch.passes("before", call);
                    try {
                        Object answer = call(method, run, arguments);
                        watch.passes("after", call);
                        return answer;
                    } catch (Throwable e) {
                        watch.passes("unwinding", call);
                        throw e;
                    }
                });
    }

    private static @Nullable Object call(Method method, RunContext run, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(run, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** Adds a line for each thing that is done outside. */
    private static Fulfilment fulfilment(Path done) {
        return new Fulfilment(line -> {
            try {
                Files.writeString(done, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Arguments: the store's URL, the file of what is done, the point at which it dies. */
    public static void main(String[] arguments) throws IOException {
        Fulfilment fulfilment = fulfilment(Path.of(arguments[1]));
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(dying(fulfilment.fulfil, arguments[2]), fulfilment.ship)
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
