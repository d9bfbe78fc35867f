package dev.errand.scripts;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Loads one file of whatever kind. */
final class FileLoader {
    private FileLoader() {}

    static LoadedFile load(Path file) {
        try {
            return switch (FileKind.of(file)) {
                case JAVA -> JavaFile.load(file);
                case PROGRAM -> ProgramFile.load(file);
                case UNMARKED_SCRIPT ->
                    LoadedFile.broken(
                            file, "looks like a script but cannot be executed; to make it a task: chmod +x " + file);
                case OTHER -> LoadedFile.none(file);
            };
        } catch (NoSuchFileException e) {
            return LoadedFile.none(file);
        } catch (IOException e) {
            return LoadedFile.broken(file, "cannot be read: " + e);
        }
    }
}
