package dev.errand.spring;

import dev.errand.ErrandBuilder;

/** A bean that sets what there is no property for, just before the engine opens. */
@FunctionalInterface
public interface ErrandBuilderCustomizer {
    void customize(ErrandBuilder builder);
}
