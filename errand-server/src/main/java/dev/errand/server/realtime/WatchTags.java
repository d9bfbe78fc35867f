package dev.errand.server.realtime;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.call.Route;
import dev.errand.server.wire.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Watches the runs that have all of some tags: the newest thousand, of those that were triggered within a day before one began to watch, or as long
 * before as one said, or since.
 */
final class WatchTags implements Endpoint {
    private static final String TAGS = "tags";
    private static final String READ = "read";
    private static final Duration USUAL = Duration.ofHours(24);
    private static final int MOST = 1_000;

    private final Errand errand;
    private final Watching watching;

    WatchTags(Errand errand, Watching watching) {
        this.errand = errand;
        this.watching = watching;
    }

    /** @param tags at least one; a list is asked for the first, and looked through for the others */
    private record TaggedRuns(Errand errand, List<String> tags, Instant from) implements Shape {
        @Override
        public void read(Consumer<RunInfo> to) {
            int[] left = {MOST};
            RunQuery query = RunQuery.all().tags(tags.getFirst()).createdFrom(from);
            Pages.read(errand, query, run -> {
                if (run.tags().containsAll(tags)) {
                    to.accept(run);
                    left[0]--;
                }
                return left[0] > 0;
            });
        }

        @Override
        public EventFilter events() {
            return EventFilter.named(RealtimeEndpoints.OF_THE_ENGINE).withTags(tags.getFirst());
        }

        @Override
        public boolean grows(int size) {
            return true;
        }
    }

    @Override
    public Route route() {
        return Route.get("/realtime/v1/runs").alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws InterruptedException {
        Query asked = call.query();
        List<String> tags = asked.list(TAGS);
        if (tags.isEmpty()) {
            throw Problem.malformed(TAGS, "at least one is needed");
        }
        requireRead(call.caller(), tags);
        Duration before = asked.read("createdAt", WireTime::duration);
        Place place = Place.read(asked, call.caller().skipped(), errand.now());
        Instant from = place.handle().begun().minus(before == null ? USUAL : before);
        return watching.answer(call, place, new TaggedRuns(errand, ownFirst(call.caller(), tags), from));
    }

    /** Those whose runs the caller may look at come first: he does not have the runs of others looked through. */
    private static List<String> ownFirst(Caller caller, List<String> tags) {
        Comparator<String> order = Comparator.comparing(tag -> !caller.may(READ, TAGS, tag));
        return tags.stream().sorted(order).toList();
    }

    /** Who may look at the runs of one of the tags may look at those that have all. */
    private static void requireRead(Caller caller, List<String> tags) {
        boolean may = caller.may(READ, "runs", "") || tags.stream().anyMatch(tag -> caller.may(READ, TAGS, tag));
        if (!may) {
            throw Caller.forbidden(READ, TAGS, tags.getFirst());
        }
    }
}
