package dev.errand.chaos;

import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;

/** Opens the store behind {@code recorded:} and writes down what it gives this process to do, and what it answers. */
public final class RecordedStores implements StoreProvider {
    static final String PREFIX = "recorded:";

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        String recorded = settings.url().substring(PREFIX.length());
        boolean scarce = recorded.startsWith(ScarcePool.PREFIX);
        String url = scarce ? recorded.substring(ScarcePool.PREFIX.length()) : recorded;
        DataSource pool = scarce ? ScarcePool.open(url) : null;
        Store store = openBehind(new StoreSettings(url, pool, settings.options(), settings.clock()));
        Logbook logbook = Logbook.ofThisProcess();
        InvocationHandler handler = (proxy, method, arguments) -> call(store, logbook, method, arguments);
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class}, handler);
    }

    /** The store that such a one is before. */
    static Store openBehind(StoreSettings settings) {
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(settings.url())) {
                return provider.open(settings);
            }
        }
        throw new IllegalArgumentException("no store for " + settings.url());
    }

    @SuppressWarnings("unchecked")
    private static Object call(Store store, Logbook logbook, Method method, Object[] arguments) throws Throwable {
        try {
            return switch (method.getName()) {
                case "claim" -> claimed((CompletionStage<List<Claim>>) method.invoke(store, arguments), logbook);
                case "record" -> {
                    List<Report> reports = (List<Report>) arguments[0];
                    reports.forEach(report -> write(logbook, Entry.Kind.SENT, report));
                    yield answered((CompletionStage<List<Receipt>>) method.invoke(store, arguments), reports, logbook);
                }
                case "leave", "close" -> {
                    logbook.add(Entry.Kind.STRUCK, 0, "", method.getName());
                    yield method.invoke(store, arguments);
                }
                default -> method.invoke(store, arguments);
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static CompletionStage<List<Claim>> claimed(CompletionStage<List<Claim>> stage, Logbook logbook) {
        return stage.thenApply(claims -> {
            for (Claim claim : claims) {
                write(logbook, Entry.Kind.CLAIMED, claim, String.valueOf(claim.attempt()));
            }
            return claims;
        });
    }

    private static CompletionStage<List<Receipt>> answered(
            CompletionStage<List<Receipt>> stage, List<Report> reports, Logbook logbook) {
        return stage.thenApply(receipts -> {
            for (int i = 0; i < receipts.size(); i++) {
                boolean recorded = receipts.get(i) == Receipt.RECORDED;
                write(logbook, recorded ? Entry.Kind.RECORDED : Entry.Kind.LOST, reports.get(i));
            }
            return receipts;
        });
    }

    private static void write(Logbook logbook, Entry.Kind kind, Report report) {
        write(logbook, kind, report.claim(), report.getClass().getSimpleName());
    }

    private static void write(Logbook logbook, Entry.Kind kind, Claim claim, String detail) {
        if (!claim.task().equals(ChaosWorker.PLAIN.id())) {
            logbook.add(kind, claim.id(), claim.run(), detail);
        }
    }
}
