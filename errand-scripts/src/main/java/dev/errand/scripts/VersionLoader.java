package dev.errand.scripts;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Holds the classes of one version of one file. It goes when the last attempt that uses them has ended. */
final class VersionLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> classes;

    VersionLoader(Path file, Map<String, byte[]> classes) {
        super(String.valueOf(file.getFileName()), VersionLoader.class.getClassLoader());
        this.classes = Map.copyOf(classes);
    }

    Set<String> names() {
        return classes.keySet();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
