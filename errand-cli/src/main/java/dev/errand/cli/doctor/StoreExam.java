package dev.errand.cli.doctor;

import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.cli.console.StoreAddress;
import dev.errand.store.Store;
import dev.errand.store.StoreHealth;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The store, the disk under it, the clock against it, and the nodes on it. */
final class StoreExam {
    private static final long LOW = 1L << 30;
    private static final long TOO_LOW = 100L << 20;
    private static final Duration SKEW = Duration.ofSeconds(5);

    private StoreExam() {}

    static List<Finding> examine(StoreAddress address) {
        Optional<Path> missing = address.file().filter(Files::notExists);
        if (missing.isPresent()) {
            return List.of(Finding.warn(
                    "store", "none at " + missing.get(), "errand run, dev and serve make one; --store names another"));
        }
        Optional<StoreProvider> provider = ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.accepts(address.url()))
                .findFirst();
        if (provider.isEmpty()) {
            return List.of(Finding.error(
                    "store",
                    "nothing here knows " + address.shown(),
                    "write jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE"));
        }
        try (Store store =
                provider.get().open(new StoreSettings(address.url(), null, address.asItIs(), Clock.systemUTC()))) {
            List<Finding> findings = new ArrayList<>(health(store));
            findings.add(clock(store));
            findings.add(Workers.examine(store.nodes(), () -> isWaiting(store)));
            return findings;
        } catch (StoreException e) {
            return List.of(Finding.error("store", String.valueOf(e.getMessage()), ""));
        }
    }

    private static List<Finding> health(Store store) {
        StoreHealth health = store.health();
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(
                "store",
                "%s, %s, layout %d, %s"
                        .formatted(store.url(), health.version(), health.schema(), size(health.bytes()))));
        health.problems().forEach(problem -> findings.add(Finding.error("store", problem, "")));
        if (health.freeBytes() >= 0) {
            findings.add(disk(health.freeBytes()));
        }
        return findings;
    }

    private static Finding disk(long free) {
        String text = size(free) + " free";
        if (free < TOO_LOW) {
            return Finding.error("disk", text, "make room: when it is full, nothing can be triggered or recorded");
        }
        return free < LOW ? Finding.warn("disk", text, "make room before it is full") : Finding.ok("disk", text);
    }

    private static Finding clock(Store store) {
        Instant now = Instant.now();
        Optional<RunInfo> newest =
                store.list(RunQuery.all().limit(1)).items().stream().findFirst();
        return newest.filter(run -> run.createdAt().isAfter(now.plus(SKEW)))
                .map(run -> Finding.error(
                        "clock",
                        "it is %s, but the newest run was triggered at %s".formatted(now, run.createdAt()),
                        "set this machine's clock; what is due waits until then"))
                .orElseGet(() -> Finding.ok("clock", now.toString()));
    }

    private static boolean isWaiting(Store store) {
        return !store.list(RunQuery.all().states(RunState.QUEUED).limit(1))
                .items()
                .isEmpty();
    }

    private static String size(long bytes) {
        return bytes >= 1L << 30
                ? "%.1f GB".formatted(bytes / (double) (1L << 30))
                : "%.1f MB".formatted(bytes / 1048576.0);
    }
}
