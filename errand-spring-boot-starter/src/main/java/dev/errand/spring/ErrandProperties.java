package dev.errand.spring;

import dev.errand.Retention;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set in {@code application.properties} or {@code application.yaml}.
 *
 * @param enabled Whether there is an Errand at all.
 * @param url URL of the store's database, if it is not the application's DataSource, such as jdbc:sqlite:errand.db.
 * @param schema Schema of the store's tables in PostgreSQL; "errand" unless set.
 * @param concurrency How many attempts this node makes at a time; 10 for each processor unless set, 0 to trigger only.
 * @param nodeName Name of this node for people; the application's name and the process id unless set.
 * @param version Version of the application's code, kept of every attempt; none unless set.
 * @param drain How long a shutdown lets attempts finish before it interrupts them.
 * @param maxPayload Largest payload of a run in bytes of JSON; 3 MB unless set.
 * @param maxOutput Largest output of a run in bytes of JSON; 10 MB unless set.
 * @param retention How long ended runs are kept.
 * @param storeOptions Further settings of the store, by name.
 */
@ConfigurationProperties("errand")
public record ErrandProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String url,
        @Nullable String schema,
        @Nullable Integer concurrency,
        @Nullable String nodeName,
        @Nullable String version,
        @DefaultValue("10s") Duration drain,
        @Nullable Integer maxPayload,
        @Nullable Integer maxOutput,
        @DefaultValue Kept retention,
        @DefaultValue Map<String, String> storeOptions) {

    /**
     * How long ended runs and events are kept.
     *
     * @param completed For how long runs that completed are kept.
     * @param failed For how long runs that failed or crashed are kept.
     * @param other For how long runs that were canceled, timed out or expired are kept.
     * @param events For how long events are kept.
     * @param mostEvents How many events are kept at most, about; as many as there are if it is not said.
     */
    public record Kept(
            @DefaultValue("30d") Duration completed,
            @DefaultValue("30d") Duration failed,
            @DefaultValue("30d") Duration other,
            @DefaultValue("1d") Duration events,
            @Nullable Long mostEvents) {
        Retention toRetention() {
            return new Retention(completed, failed, other, events, mostEvents);
        }
    }
}
