package dev.errand.acceptance;

import dev.errand.store.EventPage;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Opens the store behind {@code late-reads:}, in which something can be done between what a reader of the log is answered and when he hears it. */
public final class LateReadsStoreProvider implements StoreProvider {
    static final String PREFIX = "late-reads:";

    private static final AtomicReference<@Nullable Runnable> MEANWHILE = new AtomicReference<>();

    /** When somebody who is behind has come to the end of the log the next time. */
    static void atTheNextEnd(Runnable deed) {
        MEANWHILE.set(deed);
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        String url = settings.url().substring(PREFIX.length());
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(url)) {
                Store store = provider.open(new StoreSettings(url, null, settings.options(), settings.clock()));
                return (Store) Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (proxy, method, arguments) -> call(store, method, arguments));
            }
        }
        throw new IllegalArgumentException("no store for " + url);
    }

    private static Object call(Store store, Method method, Object[] arguments) throws Throwable {
        try {
            Object answer = method.invoke(store, arguments);
            if (method.getName().equals("events") && answer instanceof EventPage page && !page.more()) {
                Runnable deed = MEANWHILE.getAndSet(null);
                if (deed != null) {
                    deed.run();
                }
            }
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
