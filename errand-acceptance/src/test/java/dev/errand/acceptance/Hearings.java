package dev.errand.acceptance;

import dev.errand.Event;
import dev.errand.RunId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What somebody heard who listens, in the order in which it came. Thread-safe. */
final class Hearings {
    /**
     * One event.
     *
     * @param told the change of state, or what was raised
     * @param at when it happened, in microseconds, by the clock on the wall
     * @param heard when it was heard of
     */
    record Hearing(RunId run, String told, long at, long heard) {
        static Hearing of(Event event) {
            String told = event.to() == null ? event.name() : event.from() + ">" + event.to();
            return new Hearing(event.run(), told, micros(event.at()), micros(Instant.now()));
        }

        /** As a line, by which another process tells of it. */
        String line() {
            return run + " " + told + " " + at + " " + heard;
        }

        static Hearing ofLine(String line) {
            String[] words = line.split(" ", -1);
            return new Hearing(RunId.of(words[0]), words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
        }

        boolean isEnd() {
            return told.endsWith(">COMPLETED");
        }
    }

    private final List<Hearing> all = new ArrayList<>();
    private int ends;

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    synchronized void add(Hearing hearing) {
        all.add(hearing);
        ends += hearing.isEnd() ? 1 : 0;
    }

    /** Of how many runs the end was heard. */
    synchronized int ends() {
        return ends;
    }

    synchronized List<Hearing> all() {
        return List.copyOf(all);
    }

    Map<RunId, List<String>> byRun() {
        return all().stream()
                .collect(Collectors.groupingBy(Hearing::run, Collectors.mapping(Hearing::told, Collectors.toList())));
    }
}
