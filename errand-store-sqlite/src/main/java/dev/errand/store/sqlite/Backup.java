package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.copy.CopyCounts;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;

/**
 * Writes a database into a new file while others go on: {@code VACUUM INTO} reads one snapshot and writes it compactly. Under another
 * name until it was checked, so that a file of the name wanted is always whole.
 */
final class Backup {
    private static final String STRAY = """
            select count(*)
              from run
             where not exists (select 1 from live where live.number = run.number)
               and not exists (select 1 from outcome where outcome.number = run.number)
            """;

    private Backup() {}

    static CopyCounts write(Location from, Path file) {
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StoreException("There is no folder " + folder + " for the backup; create it first");
        }
        refuseExisting(file);
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.deleteIfExists(partial); // of a backup that was broken off
            vacuum(from, partial);
            CopyCounts counts = check(partial);
            force(partial);
            refuseExisting(file);
            Files.move(partial, file);
            force(folder);
            return counts;
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new StoreException("The backup %s could not be written: %s".formatted(file, e.getMessage()), e);
        } finally {
            discard(partial);
        }
    }

    private static void refuseExisting(Path file) {
        if (Files.exists(file)) {
            throw exists(file);
        }
    }

    private static StoreException exists(Path file) {
        return new StoreException(file + " exists already; a backup overwrites nothing");
    }

    private static void vacuum(Location from, Path into) {
        try (Database database = Database.reader(from)) {
            database.run("pragma query_only = off"); // which forbids it, though it changes nothing here
            database.sql("vacuum into ?").set(into.toString()).run();
        } catch (SQLException e) {
            throw SqliteErrors.explain(from, e);
        }
    }

    private static CopyCounts check(Path copy) {
        Location location = new Location(copy, false);
        try (Database database = Database.reader(location)) {
            String found = database.sql("pragma integrity_check(1)")
                    .first(row -> row.getString(1))
                    .orElse("");
            if (!found.equals("ok")
                    || Migrations.version(database) != Migrations.NEWEST
                    || database.number(STRAY) > 0) {
                throw new StoreException(
                        "The backup is not sound and was deleted (%s); try again, and errand doctor on the store"
                                .formatted(found));
            }
            return Contents.counts(database);
        } catch (SQLException e) {
            throw SqliteErrors.explain(location, e);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            // It is overwritten by the next backup of this name.
        }
    }
}
