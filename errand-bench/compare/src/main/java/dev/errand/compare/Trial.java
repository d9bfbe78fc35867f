package dev.errand.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An engine's turn: one process of it or more, on a database of its own that nobody has used. */
final class Trial implements AutoCloseable {
    /** Runs by the numbers in their payloads, which no two runs of a trial share. */
    record Runs(int from, int count) {}

    /** What was triggered one by one, and in which time. */
    record Burst(Runs runs, double seconds) {
        double perSecond() {
            return runs.count / seconds;
        }
    }

    private final Stage stage;
    private final Contestant contestant;
    private final String url;
    private final List<Child> children = new ArrayList<>();
    private int next;

    Trial(Stage stage, Contestant contestant) {
        this.stage = stage;
        this.contestant = contestant;
        this.url = stage.server().createDatabase();
        try {
            another();
        } catch (IllegalStateException e) {
            stage.server().dropDatabase(url);
            throw e;
        }
    }

    Contestant contestant() {
        return contestant;
    }

    String url() {
        return url;
    }

    /** Its first process. */
    Child child() {
        return children.getFirst();
    }

    /** All its processes. */
    List<Child> children() {
        return children;
    }

    /** Starts one more process that works, on the same database. */
    Child another() {
        return start("open");
    }

    /** Starts one more process that only triggers. */
    Child anotherToTrigger() {
        return start("open-to-trigger");
    }

    private Child start(String open) {
        Child child = Child.start(contestant, stage.options().nodeFolder(), open, url, stage.log());
        children.add(child);
        return child;
    }

    /** Numbers that are still free. */
    Runs runs(int count) {
        Runs runs = new Runs(next, count);
        next += count;
        return runs;
    }

    JsonNode ask(String verb, Runs runs, Object... more) {
        return child().ask(verb, details(runs, more));
    }

    static Map<String, Object> details(Runs runs, Object... more) {
        Map<String, Object> details = new java.util.LinkedHashMap<>();
        details.put("from", runs.from);
        details.put("count", runs.count);
        for (int i = 0; i < more.length; i += 2) {
            details.put((String) more[i], more[i + 1]);
        }
        return details;
    }

    /** Triggers so many at once. */
    Runs bulk(int count) {
        Runs runs = runs(count);
        ask("bulk", runs);
        return runs;
    }

    /** Triggers one after the other for so long, or so many; answers those that were. */
    Burst oneByOne(int threads, int most, double seconds) {
        Runs free = runs(most);
        JsonNode answer = ask("one-by-one", free, "threads", threads, "seconds", seconds);
        Runs done = new Runs(free.from, answer.get("count").asInt());
        next = free.from + done.count;
        return new Burst(done, answer.get("seconds").asDouble());
    }

    /** Carries out what is queued; answers the runs per second. */
    double drain(Runs runs, Figures figures) {
        return drain(runs, 0, figures);
    }

    /** The same with so many steps in each body. */
    double drain(Runs runs, int steps, Figures figures) {
        JsonNode answer = ask("drain", runs, "steps", steps);
        figures.verified(answer.get("verified").asBoolean());
        return runs.count / answer.get("seconds").asDouble();
    }

    /** All verbs once or more, so that code is compiled and tables exist. */
    void warmUp(Figures figures) {
        int count = Math.max(contestant.runs(stage.options().runs()) / 4, 100);
        drain(bulk(count), figures);
        drain(oneByOne(16, count, 2).runs(), figures);
        drain(bulk(count), figures);
    }

    @Override
    public void close() {
        children.forEach(Child::close);
        stage.server().dropDatabase(url);
    }
}
