package dev.errand.scripts;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder as last seen, each with its last version that was without fault. Looking again finds what changed, whatever
 * the editor did to change it: wrote in place, moved a new file over the old, or moved a folder.
 */
final class FolderContents {
    private record Seen(Fingerprint fingerprint, LoadedFile good) {}

    private final Path root;
    private final SortedMap<Path, Seen> files = new TreeMap<>();

    FolderContents(Path root) {
        this.root = root;
    }

    /**
     * Looks again.
     *
     * @param folders called for each folder before its files are looked at
     * @return the files that changed and are broken now
     */
    List<LoadedFile> refresh(FileTree.FolderVisitor folders) throws IOException {
        List<LoadedFile> broken = new ArrayList<>();
        Set<Path> present = new HashSet<>();
        for (Path file : list(folders)) {
            try {
                refresh(file, broken);
                present.add(file);
            } catch (NoSuchFileException e) {
                // Gone since it was listed, and about to be forgotten.
            }
        }
        files.keySet().retainAll(present);
        return broken;
    }

    private List<Path> list(FileTree.FolderVisitor folders) throws IOException {
        try {
            return FileTree.of(root, folders).files();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private void refresh(Path file, List<LoadedFile> broken) throws IOException {
        @Nullable Seen before = files.get(file);
        Fingerprint fingerprint = Fingerprint.of(file, before == null ? null : before.fingerprint());
        if (before != null && fingerprint.sameContent(before.fingerprint())) {
            files.put(file, new Seen(fingerprint, before.good()));
            return;
        }
        LoadedFile loaded = FileLoader.load(file);
        if (loaded.isBroken()) {
            broken.add(loaded);
        }
        LoadedFile good = !loaded.isBroken() ? loaded : before == null ? LoadedFile.none(file) : before.good();
        files.put(file, new Seen(fingerprint, good));
    }

    /** The last good version of each file, in the order of the names. */
    List<LoadedFile> versions() {
        return files.values().stream().map(Seen::good).toList();
    }
}
