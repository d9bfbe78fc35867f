package dev.errand.acceptance;

import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;

/** Opens the store behind {@code late-events:}, which tells nobody of events as long as they are held back. */
public final class LateEventsStoreProvider implements StoreProvider {
    static final String PREFIX = "late-events:";

    private static volatile CountDownLatch held = new CountDownLatch(0);

    static void holdBack() {
        held = new CountDownLatch(1);
    }

    static void release() {
        held.countDown();
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
        if (method.getName().startsWith("events")) {
            Soon.await(held);
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
