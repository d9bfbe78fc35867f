package dev.errand.cli.store;

import dev.errand.StoreException;
import dev.errand.cli.console.StoreAddress;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.time.Clock;
import java.util.Map;
import java.util.ServiceLoader;

/** Opens stores as such, without an engine on them. */
final class Opened {
    private Opened() {}

    /** The store; to be closed. */
    static Store store(StoreAddress address, Map<String, String> options) {
        return ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.accepts(address.url()))
                .findFirst()
                .orElseThrow(() -> new StoreException("nothing here knows " + address.shown()))
                .open(new StoreSettings(address.url(), null, options, Clock.systemUTC()));
    }
}
