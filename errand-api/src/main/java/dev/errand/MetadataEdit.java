package dev.errand;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of a run's metadata from outside of its body, see {@link Run#editMetadata(List)}. Values are what can be written as JSON; of those
 * within an object that {@link Update} brings, null means none, as everywhere at the top of metadata.
 *
 * <p>A key that begins with {@code $.} is a path: {@code $.files.0.name} or {@code $.files[0]["name"]} is a member of an item of a list. Objects
 * that are missing on the way are made where something is set, added or appended. All other keys name a member at the top, whatever is in
 * them.
 */
public sealed interface MetadataEdit {
    /**
     * Puts a value in place of whatever is there.
     *
     * @param value null removes the member at the top; further down null is a value
     */
    record Set(String key, @Nullable Object value) implements MetadataEdit {
        public Set {
            MetadataPath.of(key);
        }
    }

    /** Removes what is there, if anything is. */
    record Delete(String key) implements MetadataEdit {
        public Delete {
            MetadataPath.of(key);
        }
    }

    /** Adds an item to the end of a list. If there is none it is made, with what was there instead as its first. */
    record Append(String key, @Nullable Object value) implements MetadataEdit {
        public Append {
            MetadataPath.of(key);
        }
    }

    /** Removes all items of a list that are equal as JSON. Does nothing where there is no list. */
    record Remove(String key, @Nullable Object value) implements MetadataEdit {
        public Remove {
            MetadataPath.of(key);
        }
    }

    /**
     * Adds to a number; what is missing, or is none, counts as 0. Decimals are added as decimals: 0.1 and 0.2 are 0.3.
     *
     * @param by less than 0 to take away
     */
    record Increment(String key, double by) implements MetadataEdit {
        public Increment {
            MetadataPath.of(key);
            if (!Double.isFinite(by)) {
                throw new IllegalArgumentException("nobody can add %s to a number".formatted(by));
            }
        }
    }

    /** Puts an object in place of all there is. */
    record Update(Map<String, @Nullable Object> value) implements MetadataEdit {
        public Update {
            value = Collections.unmodifiableMap(new LinkedHashMap<>(Objects.requireNonNull(value)));
        }
    }

    /** The keys from the top to the place that it is about; in lists the numbers of items, from 0. Empty for all there is. */
    default List<String> path() {
        return switch (this) {
            case Set set -> MetadataPath.of(set.key());
            case Delete delete -> MetadataPath.of(delete.key());
            case Append append -> MetadataPath.of(append.key());
            case Remove remove -> MetadataPath.of(remove.key());
            case Increment increment -> MetadataPath.of(increment.key());
            case Update update -> List.of();
        };
    }
}
