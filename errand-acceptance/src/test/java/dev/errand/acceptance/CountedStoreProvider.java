package dev.errand.acceptance;

import dev.errand.store.EventCursor;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Opens the store behind {@code counted:} and counts what is asked of it. */
public final class CountedStoreProvider implements StoreProvider {
    static final String PREFIX = "counted:";
    static final AtomicLong CALLS = new AtomicLong();
    static final AtomicLong READS_OF_STEPS = new AtomicLong();
    /** From where events were read. */
    static final Queue<EventCursor> READS_OF_EVENTS = new ConcurrentLinkedQueue<>();

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        String url = settings.url().substring(PREFIX.length());
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(url)) {
                return counted(provider.open(new StoreSettings(url, null, settings.options(), settings.clock())));
            }
        }
        throw new IllegalArgumentException("no store for " + url);
    }

    private static Store counted(Store store) {
        InvocationHandler handler = (proxy, method, arguments) -> call(store, method, arguments);
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class}, handler);
    }

    private static Object call(Store store, Method method, Object[] arguments) throws Throwable {
        CALLS.incrementAndGet();
        if (method.getName().equals("steps")) {
            READS_OF_STEPS.incrementAndGet();
        } else if (method.getName().equals("events")) {
            READS_OF_EVENTS.add((EventCursor) arguments[0]);
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
