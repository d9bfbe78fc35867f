package dev.errand.client;

import dev.errand.Json;
import dev.errand.ReplayOptions;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.TriggerOptions;
import dev.errand.json.ValueJson;
import java.lang.reflect.Type;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Triggers runs that repeat others. */
final class Replays {
    private static final String RUNS = "runs";

    private final Connected client;

    private record Wanted(
            boolean isOtherPayload,
            @Nullable Json payload,
            boolean queuedByTask,
            @Nullable TriggerOptions options,
            String requestKey) {}

    private record From(String from) {}

    private record Replayed(RunId id, boolean isHit) {}

    Replays(Connected client) {
        this.client = client;
    }

    <O extends @Nullable Object> Run<O> like(RunId run, ReplayOptions options, Type outputType) {
        TriggerOptions changed = changed(run, options);
        String said = changed == null ? null : changed.requestKey();
        Wanted wanted = new Wanted(
                options.isOtherPayload(),
                options.isOtherPayload() ? ValueJson.write(options.payload()) : null,
                options.inOwnQueue(),
                changed,
                said == null ? UUID.randomUUID().toString() : said);
        Ask ask = Ask.post(Address.path(RUNS, run, "replays"), wanted).repeated();
        return run(ask, outputType);
    }

    /** What a replay would have is asked for only if somebody changes it. */
    private @Nullable TriggerOptions changed(RunId run, ReplayOptions options) {
        if (options.change().equals(ReplayOptions.none().change())) {
            return null;
        }
        String path = Address.path(RUNS, run, "replays") + "?queuedByTask=" + options.inOwnQueue();
        return options.change().apply(client.server().ask(Ask.get(path), TriggerOptions.class));
    }

    /** Asked once: nobody can say which request it is. */
    <O extends @Nullable Object> Run<O> from(RunId run, String step, Type outputType) {
        return run(Ask.post(Address.path(RUNS, run, "replay"), new From(step)), outputType);
    }

    private <O extends @Nullable Object> Run<O> run(Ask ask, Type outputType) {
        Replayed again = client.server().ask(ask, Replayed.class);
        return new RemoteRun<>(client, again.id(), outputType, again.isHit());
    }
}
