package dev.errand.store.limits;

import dev.errand.Limits;
import dev.errand.OnConflict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All queues, their limits, and the places they hold for, as they were at one moment. Never changed. */
public final class Rules {
    private record TaskInQueue(int task, int queue) {}

    private static final int MOST_PLACES_OF_KEYS = 8;

    /** None at all. */
    public static final Rules NONE = new Rules(0, List.of(), List.of(), task -> null);

    private final long version;
    private final Map<Integer, Scope> scopes = new HashMap<>();
    private final Map<String, Scope> byName = new HashMap<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final Map<Integer, List<Place>> ofTask = new HashMap<>();
    private final Map<TaskInQueue, Place> inQueue = new HashMap<>();
    private final Map<Integer, List<Place>> ofScope = new HashMap<>();
    private final Map<Integer, Scope> taskScopes = new HashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Set<Integer> conflicting = new HashSet<>();
    private final Set<Integer> special = new HashSet<>();
    private final boolean anyCaps;

    /**
     * As they were read.
     *
     * @param version greater than that of all rules before
     * @param tasks the number of a task by its id; null if it has none
     */
    public Rules(long version, List<Scope> scopes, List<Place> places, Function<String, @Nullable Integer> tasks) {
        this.version = version;
        for (Scope scope : scopes) {
            this.scopes.put(scope.number(), scope);
            byName.put(Scope.key(scope.name()), scope);
            if (scope.paused()) {
                paused.add(Scope.key(scope.name()));
            }
            if (scope.isOfTask()) {
                Integer task =
                        tasks.apply(scope.name().substring(Scope.ofTask("").length()));
                if (task != null) {
                    taskScopes.put(task, scope);
                    ofScope.computeIfAbsent(scope.number(), number -> new ArrayList<>())
                            .add(Place.own(task));
                }
            }
        }
        places.forEach(this::add);
        for (Scope scope : scopes) {
            if (scope.limits().onConflict() != OnConflict.WAIT) {
                conflicting.add(scope.number());
            }
            if (!scope.isFree()) {
                placesOf(scope).forEach(place -> special.add(place.number()));
            }
        }
        places.stream().filter(Place::keyed).forEach(place -> special.add(place.number()));
        scopes.stream().filter(scope -> !scope.isOfTask()).forEach(this::claimTogether);
        anyCaps = scopes.stream().anyMatch(scope -> scope.limits().maxPending() != null);
    }

    /** Where more is to be known of some of a queue's places, they are claimed from by one order with the others. */
    private void claimTogether(Scope queue) {
        List<Place> all = placesOf(queue);
        if (all.stream().anyMatch(place -> special.contains(place.number()) && !isShut(place))) {
            all.forEach(place -> special.add(place.number()));
        }
    }

    private void add(Place place) {
        places.put(place.number(), place);
        Scope task = taskScopes.get(place.task());
        if (place.queue() != null) {
            inQueue.put(new TaskInQueue(place.task(), place.queue()), place);
            ofTask.computeIfAbsent(place.task(), number -> new ArrayList<>()).add(place);
            ofScope.computeIfAbsent(place.queue(), number -> new ArrayList<>()).add(place);
            if (task != null) {
                ofScope.computeIfAbsent(task.number(), number -> new ArrayList<>())
                        .add(place);
            }
        }
    }

    public long version() {
        return version;
    }

    /** Whether the same was read; within one transaction the version may stay while places and queues are added. */
    public boolean says(Rules other) {
        return version == other.version && scopes.equals(other.scopes) && places.equals(other.places);
    }

    public @Nullable Scope find(String name) {
        return byName.get(Scope.key(name));
    }

    public @Nullable Scope find(int number) {
        return scopes.get(number);
    }

    public Collection<Scope> all() {
        return scopes.values();
    }

    /** In lower case. */
    public Set<String> paused() {
        return paused;
    }

    public Place place(int number) {
        Place place = places.get(number);
        return place == null ? Place.own(number) : place;
    }

    /** Null if the task never had runs in that queue. */
    public @Nullable Place place(int task, int queue) {
        return inQueue.get(new TaskInQueue(task, queue));
    }

    /** The places that are one order with it: all of its queue, itself included. */
    public List<Place> together(Place place) {
        return place.queue() == null ? List.of(place) : ofScope.getOrDefault(place.queue(), List.of(place));
    }

    /** All places of a task. */
    public List<Place> placesOf(int task) {
        List<Place> all = new ArrayList<>();
        all.add(place(task));
        all.addAll(ofTask.getOrDefault(task, List.of()));
        return all;
    }

    /**
     * The places of a task that a node works on.
     *
     * @param queues the only ones it works on, by their names in lower case; empty for all places
     */
    public List<Place> placesOf(int task, Set<String> queues) {
        return queues.isEmpty()
                ? placesOf(task)
                : ofTask.getOrDefault(task, List.of()).stream()
                        .filter(place -> isIn(place, queues))
                        .toList();
    }

    /** Whether a place is in one of these queues, by their names in lower case; any place if there are none. */
    public boolean isIn(Place place, Set<String> queues) {
        Scope queue = place.queue() == null ? null : scopes.get(place.queue());
        return queues.isEmpty() || (queue != null && queues.contains(Scope.key(queue.name())));
    }

    /** The places whose claims count for the limits of a place, itself included; none if it has no limits to count for. */
    public Set<Integer> countedWith(Place place) {
        return countedWith(place, scope -> true);
    }

    /** The same for the limits of some queues and tasks only. */
    public Set<Integer> countedWith(Place place, Predicate<Scope> which) {
        Set<Integer> all = new HashSet<>();
        for (Scope scope : scopesOf(place)) {
            Limits limits = scope.limits();
            if ((limits.concurrency() != null || limits.concurrencyPerKey() != null) && which.test(scope)) {
                placesOf(scope).forEach(one -> all.add(one.number()));
                all.add(place.number());
            }
        }
        return all;
    }

    /**
     * Whether what counts for its limits is what counts for each key: it has none but those of keys, and holds for so few places that one
     * would rather look for the key at each of them than at all that is claimed there.
     */
    public boolean countsByKey(Scope scope) {
        Limits limits = scope.limits();
        return limits.concurrency() == null
                && limits.concurrencyPerKey() != null
                && placesOf(scope).size() <= MOST_PLACES_OF_KEYS;
    }

    /** All places a queue holds for, or a task. */
    public List<Place> placesOf(Scope scope) {
        return ofScope.getOrDefault(scope.number(), List.of());
    }

    /** What holds for its runs: the queue, the task, or both, or nothing. */
    public List<Scope> scopesOf(Place place) {
        Scope queue = place.queue() == null ? null : scopes.get(place.queue());
        Scope task = taskScopes.get(place.task());
        if (queue == null) {
            return task == null ? List.of() : List.of(task);
        }
        return task == null ? List.of(queue) : List.of(queue, task);
    }

    /** Whether there are limits anywhere for which new runs do not wait. */
    public boolean anyConflicts() {
        return !conflicting.isEmpty();
    }

    /**
     * The limits of the line that say what becomes of new runs that would have to wait; none if all wait. First those that drop them, since
     * who is dropped replaces nobody; of one queue or task first that of the key, since who is replaced for it makes room for all.
     */
    public List<Conflict> conflictsOf(long line) {
        if (conflicting.isEmpty()) {
            return List.of();
        }
        List<Conflict> all = new ArrayList<>();
        for (Scope scope : scopesOf(place(Lines.place(line)))) {
            Limits limits = scope.limits();
            if (conflicting.contains(scope.number())) {
                List<Place> places = placesOf(scope);
                if (limits.concurrencyPerKey() != null) {
                    all.add(Conflict.ofKey(scope, limits.concurrencyPerKey(), places, Lines.keyOf(line)));
                }
                if (limits.concurrency() != null) {
                    all.add(Conflict.ofAll(scope, limits.concurrency(), places));
                }
            }
        }
        all.sort(Comparator.comparing(conflict -> conflict.policy() != OnConflict.DROP));
        return all;
    }

    /** Whether there is any limit on how many runs are pending. */
    public boolean anyCaps() {
        return anyCaps;
    }

    /** How many runs in these lines there are of each queue and task with a limit on how many are pending; by its number, in order. */
    public SortedMap<Integer, Integer> capped(List<Long> lines) {
        SortedMap<Integer, Integer> runs = new TreeMap<>();
        for (long line : lines) {
            for (Scope scope : scopesOf(place(Lines.place(line)))) {
                if (scope.limits().maxPending() != null) {
                    runs.merge(scope.number(), 1, Integer::sum);
                }
            }
        }
        return runs;
    }

    /** Whether claims need to know nothing but the order of its line. */
    public boolean isPlain(int place) {
        return !special.contains(place);
    }

    /** The numbers of the places of which claims need to know more. */
    public Set<Integer> special() {
        return special;
    }

    /** Whether nothing there can be claimed until somebody changes that. */
    public boolean isShut(Place place) {
        return scopesOf(place).stream().anyMatch(Scope::isShut);
    }
}
