package dev.errand.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures what limits, keys, steps, sleep, events, many queues and many schedules cost. All shapes in turn, round by round, each on a fresh store, so that a
 * slow minute of the machine meets all of them.
 */
public final class Costs {
    /** A warm-up has one in so many runs. */
    private static final int WARM_PART = 4;

    private final Stores stores;
    private final CostOptions options;
    private final Map<DrainCosts.Shape, List<Double>> drains = new LinkedHashMap<>();
    private final Map<ClaimCosts.Backlog, List<long[]>> claims = new LinkedHashMap<>();

    private Costs(Stores stores, CostOptions options) {
        this.stores = stores;
        this.options = options;
    }

    /**
     * Measures; takes some minutes. Leaves the stores to the caller to be closed.
     *
     * @throws IllegalStateException if something that was measured did not come to its end
     */
    public static CostReport measure(Stores stores, CostOptions options) throws InterruptedException {
        try {
            return new Costs(stores, options).measure();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The benchmark broke off: " + e.getMessage(), e);
        }
    }

    private CostReport measure() throws Exception {
        List<DrainCosts.Shape> shapes = options.shapes();
        String version = stores.version();
        for (DrainCosts.Shape shape : shapes) {
            say("warming up, " + shape.name());
            drain(shape, options.runs() / WARM_PART);
        }
        for (int round = 1; round <= options.rounds(); round++) {
            for (DrainCosts.Shape shape : shapes) {
                say("round %d, %s".formatted(round, shape.name()));
                drains.computeIfAbsent(shape, _ -> new ArrayList<>()).add(drain(shape, options.runs()));
            }
            for (ClaimCosts.Backlog backlog :
                    options.everything() ? ClaimCosts.BACKLOGS : List.<ClaimCosts.Backlog>of()) {
                say("round %d, claims of one, %s".formatted(round, backlog.name()));
                claims.computeIfAbsent(backlog, _ -> new ArrayList<>()).add(claims(backlog));
            }
        }
        EventReport events = options.events() ? EventCosts.measure(stores, options) : null;
        CostReport.Sleep sleep = options.sleepers() ? sleep() : null;
        BenchReport.Idle idle = options.everything() ? idle(0) : null;
        BenchReport.Idle withSchedules =
                options.everything() ? idle(options.scale().schedules()) : null;
        return CostReport.of(version, options, drains, claims, events, sleep, idle, withSchedules, stores.stepsGoal());
    }

    private CostReport.Sleep sleep() {
        say(Sleepers.NAME);
        return Sleepers.measure(
                stores, options.scale().asleep(), options.scale().woken());
    }

    private double drain(DrainCosts.Shape shape, int runs) throws InterruptedException {
        double rate = DrainCosts.drain(stores.fresh(), shape, runs);
        stores.clear();
        return rate;
    }

    private long[] claims(ClaimCosts.Backlog backlog) throws Exception {
        CostOptions.Scale scale = options.scale();
        long[] nanos = ClaimCosts.measure(stores.fresh(), backlog, scale.waiting(), scale.claims());
        stores.clear();
        return nanos;
    }

    private BenchReport.Idle idle(int schedules) {
        say(schedules == 0 ? "idling" : "idling with schedules");
        return Idle.measure(stores, options.scale().span(), schedules);
    }

    private void say(String what) {
        options.progress().accept(what);
    }
}
