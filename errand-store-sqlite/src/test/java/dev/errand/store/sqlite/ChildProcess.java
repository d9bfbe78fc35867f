package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.NewToken;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.Store;
import dev.errand.store.StoreTransaction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Another process on a database file, with what it does and how the test talks to it: a line at a time. */
final class ChildProcess implements AutoCloseable {
    static final String TASK = "greet";
    static final String GOES_ON = "goes on";

    private final Process process;
    private final BufferedReader out;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts one and waits until it has opened the file. */
    static ChildProcess start(Path file, String what) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildProcess.class.getName(),
                        file.toString(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ChildProcess child = new ChildProcess(process);
        if (!"ready".equals(child.read())) {
            throw new IOException("the child process did not get ready");
        }
        return child;
    }

    void write(String line) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).write(line + "\n");
        process.outputWriter(StandardCharsets.UTF_8).flush();
    }

    String read() throws IOException {
        return Objects.requireNonNull(readOrEnd(), "the child process ended");
    }

    /** As {@link #read}, of what may never come. */
    String readInTime() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return read();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        task -> Thread.ofPlatform().daemon().start(task))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /** Null once it has ended. */
    @Nullable
    String readOrEnd() throws IOException {
        return out.readLine();
    }

    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    /** What it still wrote before it died. Whole lines only. */
    List<String> kill() {
        process.destroyForcibly().onExit().join();
        try {
            return out.lines().toList();
        } catch (UncheckedIOException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    // ── in the child

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Store store = SqliteStore.open(Location.of(Location.PREFIX + arguments[0]), Clock.systemUTC())) {
            switch (arguments[1]) {
                case "trigger" -> trigger(store, in);
                case "flood" -> flood(store);
                case "work" -> work(store);
                case "work when told" -> {
                    joinToHear(store, "child", 10);
                    workOn(store);
                }
                case "hold" -> hold(store, in);
                case "transaction" -> transaction(Location.of(Location.PREFIX + arguments[0]), in);
                case "end" -> end(store, in);
                case "await" -> await(store);
                case "set" -> set(store, in);
                case "await-change" -> awaitChange(store);
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
    }

    /** A run for each line it is sent; answers which. */
    private static void trigger(Store store, BufferedReader in) throws IOException {
        System.out.println("ready");
        while (in.readLine() != null) {
            NewRun run = newRun();
            store.enqueue(List.of(run));
            System.out.println(run.id());
        }
    }

    /** Triggers as fast as it can, many threads at once; says which runs were acknowledged. */
    private static void flood(Store store) {
        System.out.println("ready");
        for (int i = 0; i < 3; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    List<NewRun> runs =
                            NewRuns.many(1 + ThreadLocalRandom.current().nextInt(40), TASK, Clock.systemUTC());
                    store.enqueue(runs);
                    StringBuilder lines = new StringBuilder();
                    runs.forEach(run -> lines.append(run.id()).append('\n'));
                    System.out.print(lines);
                }
            });
        }
        sleepForEver();
    }

    /** Becomes a node that hears of what others write only if they tell it: it never looks by itself, as it would every half second. */
    static void joinToHear(Store store, String name, int concurrency) {
        store.join(name, concurrency);
        ((SqliteStore) store).writer.lookEvery(0);
    }

    /** Claims whatever comes and completes it; says which run. */
    private static void work(Store store) {
        store.join("child", 10);
        workOn(store);
    }

    private static void workOn(Store store) {
        System.out.println("ready");
        while (true) {
            for (Claim claim : claim(store)) {
                System.out.println(claim.run());
                Instant now = Instant.now();
                store.record(List.of(new Report.Ended(
                                claim, RunState.COMPLETED, now, now, new byte[] {'1'}, null, null, false)))
                        .toCompletableFuture()
                        .join();
            }
        }
    }

    /** Claims one run, says that its body started, and never ends it. */
    private static void hold(Store store, BufferedReader in) throws IOException {
        store.join("child", 1);
        System.out.println("ready");
        Claim claim = claim(store).getFirst();
        store.record(List.of(new Report.Started(claim, Instant.now())))
                .toCompletableFuture()
                .join();
        System.out.println(claim.run());
        in.readLine();
    }

    /** Begins a transaction that is to last for two seconds at most, and goes on with it when it is sent a line; answers whether it could. */
    private static void transaction(Location location, BufferedReader in) throws IOException {
        System.out.println("ready");
        try (Readers readers = new Readers(location);
                StepTransactions hasty = new StepTransactions(location, readers, new Turns(), Duration.ofSeconds(2));
                StoreTransaction transaction = hasty.begin()) {
            System.out.println("begun");
            in.readLine();
            transaction.connection().createStatement().execute("create table mine (x)");
            System.out.println(GOES_ON);
        } catch (InterruptedException | SQLException e) {
            System.out.println(e);
        }
        sleepForEver();
    }

    /** Ends each token it is sent; answers whether it was the first. */
    private static void end(Store store, BufferedReader in) throws IOException {
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(
                    store.tokens().end(TokenId.of(line), new byte[] {'1'}, null).orElseThrow());
        }
    }

    /** Has each run that it claims wait for a token; says for which, and when the run goes on, of which it has to be told. */
    private static void await(Store store) {
        joinToHear(store, "child", 10);
        System.out.println("ready");
        while (true) {
            for (Claim claim : claim(store)) {
                if (claim.resumed()) {
                    System.out.println(GOES_ON);
                } else {
                    System.out.println(waitForToken(store, claim));
                }
            }
        }
    }

    /** Answers for which. */
    static TokenId waitForToken(Store store, Claim claim) {
        Instant now = store.clock().instant().truncatedTo(ChronoUnit.MICROS);
        NewToken token =
                new NewToken(TokenId.random(), "token", null, List.of(), now, now.plus(Duration.ofHours(1)), null);
        store.tokens().create(token);
        waitFor(store, claim, token.id());
        return token.id();
    }

    static void waitFor(Store store, Claim claim, TokenId token) {
        waitFor(store, claim, new Report.Awaits(List.of(), List.of(token), false));
    }

    /** Sets a value for each line it is sent, which is its name, to one more than it was; answers with its version. */
    private static void set(Store store, BufferedReader in) throws IOException {
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(increase(store, line).version());
        }
    }

    /** Sets a number to one more than it was, however many do. */
    static ValueInfo increase(Store store, String name) {
        while (true) {
            ValueInfo before = store.values().find(name).orElse(ValueInfo.none(name));
            long next =
                    before.value() == null ? 1 : Long.parseLong(before.value().text()) + 1;
            byte[] json = Long.toString(next).getBytes(StandardCharsets.UTF_8);
            Optional<ValueInfo> now = store.values().set(name, before.version(), json);
            if (now.isPresent()) {
                return now.get();
            }
        }
    }

    /**
     * Has each run that it claims wait until the value with its task's name changes; says as of which version, and when the run goes on, of
     * which it has to be told.
     */
    private static void awaitChange(Store store) {
        joinToHear(store, "child", 10);
        System.out.println("ready");
        while (true) {
            for (Claim claim : claim(store)) {
                if (claim.resumed()) {
                    System.out.println(GOES_ON);
                } else {
                    System.out.println(waitForChange(store, claim, TASK));
                }
            }
        }
    }

    /** Answers as of which version. */
    static long waitForChange(Store store, Claim claim, String name) {
        long version = store.values().find(name).map(ValueInfo::version).orElse(0L);
        waitFor(store, claim, new SeenValue(name, version));
        return version;
    }

    static void waitFor(Store store, Claim claim, SeenValue value) {
        waitFor(store, claim, new Report.Awaits(List.of(), List.of(), List.of(value), true));
    }

    private static void waitFor(Store store, Claim claim, Report.Awaits awaits) {
        Instant now = store.clock().instant();
        store.record(List.of(new Report.Waiting(claim, now, now, List.of(), null, awaits)))
                .toCompletableFuture()
                .join();
    }

    private static List<Claim> claim(Store store) {
        try {
            return store.claim(new ClaimRequest(10, Set.of(TASK)))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            return List.of();
        }
    }

    private static NewRun newRun() {
        return NewRuns.of(TASK, Clock.systemUTC()).build();
    }

    private static void sleepForEver() {
        while (true) {
            LockSupport.park();
        }
    }
}
