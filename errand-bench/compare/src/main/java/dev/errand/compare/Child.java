package dev.errand.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An engine's process. It answers each line, a JSON object, with one. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(12);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Contestant contestant;
    private final Process process;
    private final Writer to;
    private final BufferedReader from;

    private Child(Contestant contestant, Process process) {
        this.contestant = contestant;
        this.process = process;
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        this.from = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts it, and has it open the database. What it complains about goes to the log.
     *
     * @param open how: {@code open}, or {@code open-to-trigger} for a process that will not work
     */
    static Child start(Contestant contestant, Path nodeFolder, String open, String url, Path log) {
        try {
            Process process = new ProcessBuilder(contestant.command(nodeFolder))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Child child = new Child(contestant, process);
            return child.opened(open, contestant.onNode() ? Server.forNode(url) : url);
        } catch (IOException e) {
            throw new UncheckedIOException("No process for " + contestant.title() + " could be started", e);
        }
    }

    private Child opened(String open, String url) {
        try {
            ask(open, Map.of("url", url));
            return this;
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    long pid() {
        return process.pid();
    }

    JsonNode ask(String verb) {
        return ask(verb, Map.of());
    }

    /** Waits for the answer. */
    JsonNode ask(String verb, Map<String, ?> details) {
        tell(verb, details);
        return hear(verb);
    }

    /** To be followed by {@link #hear}. */
    void tell(String verb, Map<String, ?> details) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", verb);
        request.putAll(details);
        try {
            to.write(JSON.writeValueAsString(request) + "\n");
            to.flush();
        } catch (IOException e) {
            throw new IllegalStateException(contestant.title() + " ended before it was asked to " + verb, e);
        }
    }

    JsonNode hear(String verb) {
        JsonNode answer = JSON.readTree(line(verb));
        if (answer.has("error")) {
            throw new IllegalStateException(contestant.title() + " could not " + verb + ": "
                    + answer.get("error").asString());
        }
        return answer;
    }

    private String line(String verb) {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                String read = from.readLine();
                return read == null ? "{\"error\":\"its process ended\"}" : read;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            return line.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException(contestant.title() + " did not " + verb + " within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(contestant.title() + " gave no answer to " + verb, e);
        }
    }

    /** It has nothing to lose. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
