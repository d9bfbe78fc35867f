package dev.errand.scripts;

import dev.errand.scripts.TaskPathException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Refuses paths that name no task file or no folder, and says what was probably meant. */
final class TaskPaths {
    private static final int LONG_ENOUGH = 3;

    private TaskPaths() {}

    static void checkFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new TaskPathException(
                    file,
                    Problem.FOLDER,
                    "%s is a folder, not a task file; name a file in it, or load the folder as a whole"
                            .formatted(file));
        }
        if (Files.exists(file)) {
            return;
        }
        if (file.toString().matches(".*[*?\\[{].*")) {
            throw new TaskPathException(
                    file,
                    Problem.WILDCARD,
                    "%s is a wildcard; name one task file, or load the folder %s as a whole"
                            .formatted(file, parent(file)));
        }
        throw new TaskPathException(file, Problem.MISSING, "There is no task file %s%s".formatted(file, hint(file)));
    }

    static void checkFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new TaskPathException(
                    folder,
                    Problem.NO_FOLDER,
                    Files.exists(folder)
                            ? "%s is a file, not a folder of task files".formatted(folder)
                            : "There is no folder %s to load tasks from%s".formatted(folder, hint(folder)));
        }
    }

    private static String hint(Path missing) {
        Path parent = parent(missing);
        if (!Files.isDirectory(parent)) {
            return ": there is no folder " + parent;
        }
        List<String> similar = similar(missing, parent);
        return similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?";
    }

    private static List<String> similar(Path missing, Path parent) {
        String name = String.valueOf(missing.getFileName());
        try (Stream<Path> siblings = Files.list(parent)) {
            return siblings.filter(file -> !FileTree.isSkipped(file))
                    .filter(file -> distance(name, file) <= Math.max(2, name.length() / 3) || startsAlike(name, file))
                    .sorted(Comparator.comparingInt((Path file) -> distance(name, file))
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(3)
                    .map(file -> missing.resolveSibling(file.getFileName()).toString())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** {@code thumb} for {@code Thumbnail.java}, or the same name with another extension. */
    private static boolean startsAlike(String name, Path file) {
        String stem = FileTree.stem(Path.of(name)).toLowerCase(Locale.ROOT);
        String other = FileTree.stem(file).toLowerCase(Locale.ROOT);
        return other.equals(stem) || (stem.length() >= LONG_ENOUGH && other.startsWith(stem));
    }

    private static int distance(String name, Path file) {
        return distance(
                name.toLowerCase(Locale.ROOT),
                String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT));
    }

    /** How many letters must be added, dropped or changed to get from one word to the other. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? Path.of(".") : parent;
    }
}
