package dev.errand.acceptance;

import dev.errand.StoreException;
import dev.errand.store.ScheduleStore;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Opens the store behind {@code failing:}, which is out of reach for one call of the thread that asks for it. */
public final class FailingStoreProvider implements StoreProvider {
    static final String PREFIX = "failing:";
    static final String GONE = "the store is gone";

    private static final ThreadLocal<@Nullable Failure> NEXT = new ThreadLocal<>();

    /** @param lost whether the call reaches the store, and only its answer is lost */
    private record Failure(String method, boolean lost) {}

    /** The next call of a method of the store, or of its part for schedules, fails on this thread. */
    static void failNext(String method, boolean lost) {
        NEXT.set(new Failure(method, lost));
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
                return failing(
                        Store.class, provider.open(new StoreSettings(url, null, settings.options(), settings.clock())));
            }
        }
        throw new IllegalArgumentException("no store for " + url);
    }

    private static <T> T failing(Class<T> type, T whole) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(whole, method, arguments)));
    }

    private static Object call(Object of, Method method, Object[] arguments) throws Throwable {
        Failure next = NEXT.get();
        boolean fails = next != null && next.method().equals(method.getName());
        if (fails) {
            NEXT.remove();
        }
        if (fails && !next.lost()) {
            throw new StoreException(GONE);
        }
        try {
            Object answer = method.invoke(of, arguments);
            if (fails) {
                throw new StoreException(GONE);
            }
            return answer instanceof ScheduleStore schedules ? failing(ScheduleStore.class, schedules) : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
