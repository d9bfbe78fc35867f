package dev.errand.scripts;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The files under a folder that may be tasks, in the order of their names. Links to files are followed, links to folders are not.
 */
record FileTree(List<Path> files) {
    /** Called for each folder before what is in it is listed. */
    @FunctionalInterface
    interface FolderVisitor {
        void visit(Path folder) throws IOException;
    }

    static FileTree of(Path root) throws IOException {
        return of(root, folder -> {});
    }

    static FileTree of(Path root, FolderVisitor folders) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(root) && isSkipped(folder)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                folders.visit(folder);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!isSkipped(file) && Files.isRegularFile(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
                if (file.equals(root)) {
                    throw problem;
                }
                // Gone since it was listed, or not ours to read: the latter is found out again when it is loaded.
                return visitFile(file, Files.readAttributes(root, BasicFileAttributes.class));
            }
        });
        Collections.sort(files);
        return new FileTree(files);
    }

    /** Whether a name is hidden, or one under which editors keep unsaved or former versions. */
    static boolean isSkipped(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".")
                || name.endsWith("~")
                || name.endsWith(".swp")
                || name.endsWith(".swx")
                || name.endsWith(".tmp")
                || name.endsWith(".bak")
                || (name.startsWith("#") && name.endsWith("#"));
    }

    /** A file's name without its extension. */
    static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
