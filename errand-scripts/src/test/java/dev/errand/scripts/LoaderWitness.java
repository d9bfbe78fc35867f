package dev.errand.scripts;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Called by task files of tests: notes which class loaders have run something, without holding them. */
public final class LoaderWitness {
    private static final List<WeakReference<ClassLoader>> LOADERS = new CopyOnWriteArrayList<>();

    private LoaderWitness() {}

    public static void saw(Object task) {
        LOADERS.add(new WeakReference<>(task.getClass().getClassLoader()));
    }

    static void forget() {
        LOADERS.clear();
    }

    static int seen() {
        return LOADERS.size();
    }

    static long alive() {
        return LOADERS.stream().filter(loader -> loader.get() != null).count();
    }
}
