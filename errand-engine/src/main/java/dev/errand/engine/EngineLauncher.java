package dev.errand.engine;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.spi.EngineProvider;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.util.ServiceLoader;

/** Opens engines; found by {@link Errand#open}. */
public final class EngineLauncher implements EngineProvider {
    /** Called by {@link ServiceLoader}. */
    public EngineLauncher() {}

    @Override
    public Errand open(EngineSettings settings) {
        return new Engine(settings, store(settings));
    }

    private static Store store(EngineSettings settings) {
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(settings.url())) {
                return provider.open(new StoreSettings(settings.url(), settings.clock()));
            }
        }
        throw new StoreException("No store on the class path takes the URL '%s'; one looks like jdbc:sqlite:errand.db"
                .formatted(settings.url().replaceAll("password=[^&]*", "password=…")));
    }
}
