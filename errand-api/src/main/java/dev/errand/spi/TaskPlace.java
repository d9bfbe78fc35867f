package dev.errand.spi;

import java.util.Objects;

/**
 * Where the code of a task is to be found by a process that did not register it.
 *
 * @param finder finds it: a public class with a public constructor without parameters
 * @param text what the finder needs to know
 */
public record TaskPlace(Class<? extends TaskFinder> finder, String text) {
    public TaskPlace {
        Objects.requireNonNull(finder, "finder");
        Objects.requireNonNull(text, "text");
    }
}
