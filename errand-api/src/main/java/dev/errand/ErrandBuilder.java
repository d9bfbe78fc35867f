package dev.errand;

import dev.errand.spi.EngineProvider;
import dev.errand.spi.EngineSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What may be set before an engine opens. Everything but the store has a default. Not for use by several threads. */
public final class ErrandBuilder {
    private EngineSettings settings = EngineSettings.defaults();

    ErrandBuilder() {}

    /** The store's URL, for example {@code jdbc:sqlite:errand.db} or {@code jdbc:postgresql://host/database?user=errand}. */
    public ErrandBuilder store(String url) {
        settings = settings.withUrl(url);
        return this;
    }

    /**
     * Where the connections to the store's database come from, instead of a URL: a pool of the application's. A node borrows at
     * most five, and keeps four of them while it is open.
     */
    public ErrandBuilder store(DataSource dataSource) {
        settings = settings.withDataSource(dataSource);
        return this;
    }

    /** A setting of the store, for example {@code schema}; which there are, its documentation says. The URL may also carry it. */
    public ErrandBuilder storeOption(String name, String value) {
        settings = settings.withStoreOption(name, value);
        return this;
    }

    public ErrandBuilder tasks(Task<?, ?>... tasks) {
        return tasks(List.of(tasks));
    }

    public ErrandBuilder tasks(List<Task<?, ?>> tasks) {
        settings = settings.withTasks(tasks);
        return this;
    }

    /**
     * How many attempts this node makes at a time; 10 × processors unless set.
     *
     * @param concurrency at least 1; or 0 for an engine that triggers and watches, and never works
     */
    public ErrandBuilder concurrency(int concurrency) {
        settings = settings.withConcurrency(concurrency);
        return this;
    }

    /** The node's name for people; the host's name and the process id unless set. */
    public ErrandBuilder nodeName(String name) {
        settings = settings.withNodeName(name);
        return this;
    }

    /**
     * What this node has that not every node has, for example {@code gpu}: it alone runs the tasks that ask for that with
     * {@link TaskBuilder#nodeTags}. Tasks that ask for nothing run on any node. Upper and lower case differ.
     */
    public ErrandBuilder nodeTags(String... tags) {
        settings = settings.withNodeTags(TaskOptions.checked(List.of(tags)));
        return this;
    }

    /** The clock that decides everything that is stored, for tests. */
    public ErrandBuilder clock(Clock clock) {
        settings = settings.withClock(clock);
        return this;
    }

    /** How long ended runs are kept; thirty days unless set. */
    public ErrandBuilder retention(Retention retention) {
        settings = settings.withRetention(retention);
        return this;
    }

    /** How long {@link Errand#close} lets attempts finish before it interrupts them; 10 s unless set. */
    public ErrandBuilder drain(Duration drain) {
        settings = settings.withDrain(drain);
        return this;
    }

    /** The largest payload in bytes of JSON; 3 MB unless set. */
    public ErrandBuilder maxPayload(int bytes) {
        settings = settings.withMaxPayload(bytes);
        return this;
    }

    /** The largest output in bytes of JSON, emitted items included; 10 MB unless set. */
    public ErrandBuilder maxOutput(int bytes) {
        settings = settings.withMaxOutput(bytes);
        return this;
    }

    /**
     * Opens the store and starts to work.
     *
     * @throws StoreException if the store cannot be opened
     */
    public Errand open() {
        @Nullable
        EngineProvider engine =
                ServiceLoader.load(EngineProvider.class).findFirst().orElse(null);
        if (engine == null) {
            throw new IllegalStateException(
                    "No engine on the class path: add dev.errand:errand-engine and a store, for example errand-store-sqlite");
        }
        return engine.open(settings);
    }
}
