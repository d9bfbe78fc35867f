package dev.errand;

import dev.errand.spi.EngineProvider;
import dev.errand.spi.EngineSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What may be set before an engine opens. Everything but the store has a default. Not for use by several threads. */
public final class ErrandBuilder {
    private static final int LONGEST_VERSION = 100;

    private @Nullable String url = "jdbc:sqlite:errand.db";
    private @Nullable DataSource dataSource;
    private final Map<String, String> storeOptions = new HashMap<>();
    private List<Task<?, ?>> tasks = List.of();
    private int concurrency = 10 * Runtime.getRuntime().availableProcessors();
    private String nodeName = "";
    private List<String> nodeTags = List.of();
    private @Nullable String version;
    private Clock clock = Clock.systemUTC();
    private Retention retention = Retention.defaults();
    private Retry retry = Retry.exponential();
    private @Nullable Duration ttl;
    private @Nullable Duration maxDuration;
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> hooks = new ArrayList<>();
    private List<TaskQueue> queues = List.of();
    private List<String> onlyQueues = List.of();
    private Duration drain = Duration.ofSeconds(10);
    private @Nullable Machine machine;
    private @Nullable Machine budget;
    private int warmProcesses = 1;
    private int maxPayload = 3_000_000;
    private int maxOutput = 10_000_000;
    private EffectValidation effectValidation = EffectValidation.DISABLED;

    ErrandBuilder() {}

    /** The store's URL, for example {@code jdbc:sqlite:errand.db} or {@code jdbc:postgresql://host/database?user=errand}. */
    public ErrandBuilder store(String url) {
        this.url = url;
        this.dataSource = null;
        return this;
    }

    /**
     * Where the connections to the store's database come from, instead of a URL: a pool of the application's. A node borrows at
     * most five, and keeps four of them while it is open.
     */
    public ErrandBuilder store(DataSource dataSource) {
        this.dataSource = dataSource;
        this.url = null;
        return this;
    }

    /** A setting of the store, for example {@code schema}; which there are, its documentation says. The URL may also carry it. */
    public ErrandBuilder storeOption(String name, String value) {
        storeOptions.put(name, value);
        return this;
    }

    public ErrandBuilder tasks(Task<?, ?>... tasks) {
        return tasks(List.of(tasks));
    }

    public ErrandBuilder tasks(List<Task<?, ?>> tasks) {
        this.tasks = List.copyOf(tasks);
        return this;
    }

    /**
     * How many attempts this node makes at a time; 10 × processors unless set.
     *
     * @param concurrency at least 1; or 0 for an engine that triggers and watches, and never works
     */
    public ErrandBuilder concurrency(int concurrency) {
        this.concurrency = concurrency;
        return this;
    }

    /** The node's name for people; the host's name and the process id unless set. */
    public ErrandBuilder nodeName(String name) {
        this.nodeName = name;
        return this;
    }

    /**
     * What this node has that not every node has, for example {@code gpu}: it alone runs the tasks that ask for that with
     * {@link TaskBuilder#nodeTags}. Tasks that ask for nothing run on any node. Upper and lower case differ.
     */
    public ErrandBuilder nodeTags(String... tags) {
        this.nodeTags = TaskOptions.checked(List.of(tags));
        return this;
    }

    /**
     * The queues this node works on, by their names: it alone or with other nodes carries out what waits there, and nothing else, not even
     * runs that are in no queue. Without this it works on all of them. Triggering and waiting are as ever. Upper and lower case do not differ.
     * Each must have been declared when the engine opens, by this node or by another.
     *
     * @param names none to work on all again
     */
    public ErrandBuilder onlyQueues(String... names) {
        this.onlyQueues = List.of(names);
        return this;
    }

    /**
     * Which version of your code this is, for example {@code 2.4.1} or the hash of a commit: nodes show it, and of every attempt it is kept
     * which version made it. None unless set. It decides nothing: any node that has a task's code makes attempts of it.
     *
     * @param version 1 to 100 characters
     */
    public ErrandBuilder version(String version) {
        if (version.isBlank() || version.length() > LONGEST_VERSION || version.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a version has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_VERSION, version.length()));
        }
        this.version = version;
        return this;
    }

    /** The clock that decides everything that is stored, for tests. */
    public ErrandBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** How long ended runs are kept; thirty days unless set. */
    public ErrandBuilder retention(Retention retention) {
        this.retention = retention;
        return this;
    }

    /** What follows failed attempts of tasks that do not say so themselves; {@link Retry#exponential} unless set. */
    public ErrandBuilder retry(Retry retry) {
        this.retry = retry;
        return this;
    }

    /**
     * How long runs may wait for their first start, counted from their due time, of tasks that do not say so themselves; for ever unless set.
     *
     * @param ttl zero for ever
     */
    public ErrandBuilder ttl(Duration ttl) {
        Durations.requireSensible(Objects.requireNonNull(ttl, "ttl"), "ttl");
        this.ttl = ttl;
        return this;
    }

    /**
     * How long attempts may be active of tasks that do not say so themselves; no limit unless set.
     *
     * @param maxDuration at least 5 s
     */
    public ErrandBuilder maxDuration(Duration maxDuration) {
        Durations.requireMaxDuration(maxDuration);
        this.maxDuration = maxDuration;
        return this;
    }

    /** Adds hooks around the attempts of all tasks; outside of those given later, and of those of the task. */
    public ErrandBuilder hooks(TaskHooks<@Nullable Object, @Nullable Object> hooks) {
        this.hooks.add(hooks);
        return this;
    }

    /** Declares queues that triggers may name, besides those of the tasks. */
    public ErrandBuilder queues(TaskQueue... queues) {
        this.queues = List.of(queues);
        return this;
    }

    /** How long {@link Errand#close} lets attempts finish before it interrupts them; 10 s unless set. */
    public ErrandBuilder drain(Duration drain) {
        this.drain = drain;
        return this;
    }

    /** The machine of tasks that name none; none unless set, so that they cost nothing of the budget. */
    public ErrandBuilder machine(Machine machine) {
        this.machine = machine;
        return this;
    }

    /**
     * What the machines of the attempts that this node executes at a time may sum up to; unless set, the processors and the memory
     * that it finds. Tasks whose machine is larger are left to other nodes.
     */
    public ErrandBuilder budget(Machine budget) {
        this.budget = budget;
        return this;
    }

    /**
     * How many processes wait for isolated attempts, for each machine that a task of this engine names; 1 unless set. Each holds some
     * 60 MB and saves an attempt the start of a JVM. A process is used for one attempt, and then replaced.
     *
     * @param perMachine 0 to start each when it is needed
     */
    public ErrandBuilder warmProcesses(int perMachine) {
        this.warmProcesses = perMachine;
        return this;
    }

    /** The largest payload in bytes of JSON; 3 MB unless set. */
    public ErrandBuilder maxPayload(int bytes) {
        this.maxPayload = bytes;
        return this;
    }

    /** The largest output in bytes of JSON, emitted items included; 10 MB unless set. */
    public ErrandBuilder maxOutput(int bytes) {
        this.maxOutput = bytes;
        return this;
    }

    /** Whether bodies are executed twice to find out those that cannot be replayed, in development and tests; {@code DISABLED} unless set. */
    public ErrandBuilder effectValidation(EffectValidation mode) {
        this.effectValidation = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * Opens the store and starts to work.
     *
     * @throws StoreException if the store cannot be opened
     * @throws IllegalArgumentException if what was set makes no sense
     * @throws QueueNotFoundException if nobody declared one of {@link #onlyQueues}
     */
    public Errand open() {
        EngineSettings settings = new EngineSettings(
                url,
                dataSource,
                storeOptions,
                tasks,
                concurrency,
                nodeName,
                nodeTags,
                version,
                clock,
                retention,
                retry,
                ttl,
                maxDuration,
                hooks,
                queues,
                onlyQueues,
                drain,
                machine,
                budget,
                warmProcesses,
                maxPayload,
                maxOutput,
                effectValidation);
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
