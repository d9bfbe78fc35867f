package dev.errand.spi;

import dev.errand.Errand;

/** How {@link dev.errand.Errand#open} finds an engine, by {@link java.util.ServiceLoader}. */
public interface EngineProvider {
    /** Opens the store the settings name and starts to work. */
    Errand open(EngineSettings settings);
}
