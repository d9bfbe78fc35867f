package dev.errand.engine.note;

import dev.errand.store.format.JsonValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in metadata: a member of an object, or an item of a list.
 *
 * @param container a map or a list, as JSON was read
 */
record Place(Object container, String key) {
    private static final int MOST_DIGITS = 9;

    /** The place at the end of a path, with objects made on the way where there is nothing. */
    static Place made(Map<String, Object> all, List<String> path) {
        Place place = new Place(all, path.getFirst());
        for (String key : path.subList(1, path.size())) {
            Object within = place.value();
            if (within == null) {
                within = new LinkedHashMap<String, Object>();
                place.put(within);
            } else if (!isContainer(within)) {
                throw new IllegalArgumentException(
                        "metadata has neither an object nor a list at '%s', so nothing can be at '%s' in it"
                                .formatted(place.key, key));
            }
            place = new Place(within, key);
        }
        return place;
    }

    /** Null if there is nothing on the way. */
    static @Nullable Place found(Map<String, Object> all, List<String> path) {
        Place place = new Place(all, path.getFirst());
        for (String key : path.subList(1, path.size())) {
            Object within = place.value();
            if (within == null || !isContainer(within)) {
                return null;
            }
            place = new Place(within, key);
        }
        return place;
    }

    private static boolean isContainer(Object value) {
        return value instanceof Map<?, ?> || value instanceof List<?>;
    }

    /** How many objects and lists are in each other. */
    static int depth(@Nullable Object value) {
        int deepest = 0;
        @Nullable
        Iterable<?> within = switch (value) {
            case Map<?, ?> map -> map.values();
            case List<?> list -> list;
            case null, default -> null;
        };
        if (within == null) {
            return 0;
        }
        for (Object each : within) {
            deepest = Math.max(deepest, depth(each));
        }
        return deepest + 1;
    }

    @SuppressWarnings("unchecked") // as JSON was read
    private Map<String, @Nullable Object> members() {
        return (Map<String, @Nullable Object>) container;
    }

    @SuppressWarnings("unchecked") // as JSON was read
    private List<@Nullable Object> items() {
        return (List<@Nullable Object>) container;
    }

    private boolean isMember() {
        return container instanceof Map<?, ?>;
    }

    /** Which item; -1 for none that can be. */
    private int index() {
        return key.length() <= MOST_DIGITS && key.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(key)
                : -1;
    }

    private boolean isItem() {
        return index() >= 0 && index() < items().size();
    }

    /** Null for nothing. */
    @Nullable
    Object value() {
        return isMember() ? members().get(key) : isItem() ? items().get(index()) : null;
    }

    void put(@Nullable Object value) {
        if (isMember()) {
            members().put(key, value);
        } else if (isItem()) {
            items().set(index(), value);
        } else if (index() == items().size()) {
            items().add(value);
        } else {
            throw new IllegalArgumentException(
                    "metadata has a list of %d items where '%s' was to be put".formatted(items().size(), key));
        }
    }

    void delete() {
        if (isMember()) {
            members().remove(key);
        } else if (isItem()) {
            items().remove(index());
        }
    }

    void append(@Nullable Object value) {
        List<@Nullable Object> longer = new ArrayList<>();
        Object present = value();
        if (present instanceof List<?> list) {
            longer.addAll(list);
        } else if (present != null) {
            longer.add(present);
        }
        longer.add(value);
        put(longer);
    }

    void removeEqual(@Nullable Object value) {
        if (value() instanceof List<?> list) {
            list.removeIf(item -> JsonValues.same(item, value));
        }
    }

    /** What is no number counts as 0. */
    void add(Number number) {
        put(JsonValues.sum(value() instanceof Number present ? present : 0L, number));
    }
}
