package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.MinuteStatistics;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** How many runs ended in each minute, and how long they took. */
final class StatisticQuestions {
    private static final Set<String> NAMES = Set.of("from", "until", "task");

    private StatisticQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(Question.get("/statistics", call -> Question.whole(minutes(errand, call.query()))));
    }

    /** Of the last hour, unless it is said otherwise. */
    private static List<MinuteStatistics> minutes(Errand errand, Query asked) {
        for (String name : asked.names()) {
            if (!NAMES.contains(name)) {
                throw Problem.malformed(name, "statistics cannot be asked for by that");
            }
        }
        Instant said = asked.read("until", RunListing::time);
        Instant until = said == null ? errand.now() : said;
        Instant begin = asked.read("from", RunListing::time);
        Instant from = begin == null ? until.minus(Duration.ofHours(1)) : begin;
        return Asking.orMalformed("from", () -> errand.operations().statistics(from, until, asked.text("task")));
    }
}
