package dev.errand.store.format;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings what a body has changed of its own copy of a run's metadata into what others have made of it meanwhile. Key by key: what the body left as it was
 * stays as the others have it. To a number that both have changed the body's change is added, to a list it adds what it has appended; of all else the body's value
 * counts.
 */
public final class MetadataMerge {
    private MetadataMerge() {}

    /**
     * What it is then.
     *
     * @param before the body's copy, before it was changed
     * @param after that copy now
     * @param present what the store has
     */
    public static String merge(String before, String after, String present) {
        Map<String, Object> was = JsonReader.object(before);
        Map<String, Object> is = JsonReader.object(after);
        Map<String, Object> merged = new LinkedHashMap<>(JsonReader.object(present));
        Set<String> keys = new HashSet<>(was.keySet());
        keys.removeAll(is.keySet());
        merged.keySet().removeAll(keys);
        is.forEach((key, value) -> {
            Object old = was.get(key);
            if (!was.containsKey(key) || !JsonValues.same(old, value)) {
                merged.put(key, merged(old, value, merged.get(key)));
            }
        });
        return JsonText.of(merged);
    }

    private static Object merged(@Nullable Object was, Object is, @Nullable Object present) {
        if (is instanceof Number number && present instanceof Number other && (was == null || was instanceof Number)) {
            return JsonValues.sum(other, JsonValues.difference(number, was instanceof Number old ? old : 0L));
        }
        List<?> old = was instanceof List<?> list ? list : List.of();
        if (is instanceof List<?> longer
                && present instanceof List<?> others
                && (was == null || was instanceof List<?>)
                && longer.size() > old.size()
                && JsonValues.same(old, longer.subList(0, old.size()))) {
            List<Object> all = new ArrayList<>(others);
            all.addAll(longer.subList(old.size(), longer.size()));
            return all;
        }
        return is;
    }
}
