package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopyProvider;
import dev.errand.store.copy.CopySource;
import dev.errand.store.copy.CopyTarget;
import java.nio.file.Path;
import java.sql.SQLException;

/** Reads and fills schemas of PostgreSQL databases. */
public final class PostgresCopyProvider implements CopyProvider {
    private static final String CLAIMED = "select coalesce(sum(runs), 0) from errand.chunk where claim <> 0";

    /** Called by {@link java.util.ServiceLoader}. */
    public PostgresCopyProvider() {}

    @Override
    public boolean accepts(String url) {
        return url.startsWith(Settings.PREFIX);
    }

    @Override
    public long claimed(StoreSettings settings) {
        Settings patient = patient(settings);
        try (Database database = new Connections(patient).open()) {
            return database.sql(CLAIMED).number();
        } catch (SQLException e) {
            throw PostgresErrors.toThrow(patient, e);
        }
    }

    @Override
    public CopySource source(StoreSettings settings) {
        return CopyReader.open(patient(settings));
    }

    @Override
    public CopyTarget target(StoreSettings settings) {
        return CopyWriter.open(patient(settings));
    }

    @Override
    public CopyCounts backup(StoreSettings settings, Path file) {
        throw new StoreException("%s is backed up by PostgreSQL's own means, for example: pg_dump --schema=%s"
                .formatted(
                        Settings.of(settings).shownUrl(), Settings.of(settings).schema()));
    }

    /** Waits for answers for as long as they take: a statement goes through millions of rows. */
    private static Settings patient(StoreSettings settings) {
        Settings said = Settings.of(settings);
        String url = said.url();
        return url.contains("socketTimeout=")
                ? said
                : new Settings(
                        url + (url.indexOf('?') < 0 ? "?" : "&") + "socketTimeout=0",
                        said.dataSource(),
                        said.schema(),
                        said.notifies(),
                        said.listenUrl(),
                        said.migrates());
    }
}
