package dev.errand.chaos;

import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.lang.reflect.Proxy;

/** Opens the store behind {@code pointed:}, so that what it does for the run of this process passes by {@link Points}. */
public final class PointedStores implements StoreProvider {
    static final String PREFIX = "pointed:";

    @Override
    public boolean accepts(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Store open(StoreSettings settings) {
        String url = settings.url().substring(PREFIX.length());
        Store store = RecordedStores.openBehind(new StoreSettings(url, null, settings.options(), settings.clock()));
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                new PointedStore(store, Points.OF_THIS_PROCESS));
    }
}
