package dev.errand.bench;

import dev.errand.RunId;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Opens the store behind {@code timed:} and notes when it says that the end of a run is committed: the first that anybody knows of that. */
public final class TimedStores implements StoreProvider {
    static final String PREFIX = "timed:";

    private static final Map<RunId, Long> ENDS = new ConcurrentHashMap<>();

    /** Called by {@link ServiceLoader}. */
    public TimedStores() {}

    /** When the run's end was committed, as {@link Clocks#nanosOfAll} has it. */
    static long committed(RunId run) {
        Long at = ENDS.get(run);
        if (at == null) {
            throw new IllegalStateException("an end was heard of that nobody committed");
        }
        return at;
    }

    static void forget() {
        ENDS.clear();
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        String url = settings.url().substring(PREFIX.length());
        Store store = ClaimCosts.open(new StoreSettings(url, null, settings.options(), settings.clock()));
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> call(store, method, arguments));
    }

    @SuppressWarnings("unchecked")
    private static Object call(Store store, Method method, Object[] arguments) throws Throwable {
        try {
            Object answer = method.invoke(store, arguments);
            return method.getName().equals("record")
                    ? noted((List<Report>) arguments[0], (CompletionStage<List<Receipt>>) answer)
                    : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static CompletionStage<List<Receipt>> noted(List<Report> reports, CompletionStage<List<Receipt>> answer) {
        return answer.thenApply(receipts -> {
            long now = Clocks.nanosOfAll();
            reports.stream()
                    .filter(Report.Ended.class::isInstance)
                    .forEach(end -> ENDS.put(end.claim().run(), now));
            return receipts;
        });
    }
}
