package dev.errand.engine.note;

import dev.errand.MetadataEdit;
import dev.errand.MetadataTooLargeException;
import dev.errand.RunId;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.NoteStore;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Edits of one run's metadata, which the store has carried out on what it finds there. What came of it is known after that. */
public final class MetadataChange implements NoteStore.Change {
    /** Readers of JSON take a few more. */
    private static final int DEEPEST = 400;

    /** @param json what the edit brings; null if it brings nothing */
    private record Step(MetadataEdit edit, @Nullable String json) {}

    private final RunId run;
    private final List<Step> steps = new ArrayList<>();
    private Map<String, Object> result = Map.of();
    private @Nullable IllegalArgumentException refusal;

    /** @throws IllegalArgumentException if a value cannot be written as JSON */
    public MetadataChange(RunId run, List<MetadataEdit> edits, Codec codec) {
        this.run = run;
        for (MetadataEdit edit : edits) {
            steps.add(new Step(edit, json(edit, codec)));
        }
    }

    private static @Nullable String json(MetadataEdit edit, Codec codec) {
        return switch (edit) {
            case MetadataEdit.Set set -> json(set.key(), set.value(), codec);
            case MetadataEdit.Append append -> json(append.key(), append.value(), codec);
            case MetadataEdit.Remove remove -> json(remove.key(), remove.value(), codec);
            case MetadataEdit.Increment increment -> json(increment.key(), increment.by(), codec);
            case MetadataEdit.Update update -> json("", update.value(), codec);
            case MetadataEdit.Delete delete -> null;
        };
    }

    private static String json(String key, @Nullable Object value, Codec codec) {
        try {
            return new String(codec.write(value), StandardCharsets.UTF_8);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "metadata '%s' cannot be written as JSON: %s".formatted(key, e.reason()), e);
        }
    }

    @Override
    public @Nullable String of(@Nullable String json) {
        refusal = null;
        try {
            Map<String, Object> all = JsonReader.object(json);
            all.values().removeIf(Objects::isNull);
            steps.forEach(step -> apply(step, all));
            String changed = checked(all);
            result = JsonReader.object(changed);
            return changed;
        } catch (IllegalArgumentException e) {
            refusal = e;
            return null;
        }
    }

    private static void apply(Step step, Map<String, Object> all) {
        Object value = step.json() == null ? null : JsonReader.read(step.json());
        switch (step.edit()) {
            case MetadataEdit.Update update -> {
                all.clear();
                JsonReader.object(step.json()).forEach((key, member) -> {
                    if (member != null) {
                        all.put(key, member);
                    }
                });
            }
            case MetadataEdit.Set set
            when value == null && set.path().size() == 1 ->
                all.remove(set.path().getFirst());
            case MetadataEdit.Set set -> Place.made(all, set.path()).put(value);
            case MetadataEdit.Append append -> Place.made(all, append.path()).append(value);
            case MetadataEdit.Increment increment ->
                Place.made(all, increment.path()).add((Number) Objects.requireNonNull(value));
            case MetadataEdit.Delete delete -> {
                Place place = Place.found(all, delete.path());
                if (place != null) {
                    place.delete();
                }
            }
            case MetadataEdit.Remove remove -> {
                Place place = Place.found(all, remove.path());
                if (place != null) {
                    place.removeEqual(value);
                }
            }
        }
    }

    private String checked(Map<String, Object> all) {
        if (Place.depth(all) > DEEPEST) {
            throw new IllegalArgumentException(
                    "metadata has objects and lists in each other, more than %d deep".formatted(DEEPEST));
        }
        String json = JsonText.of(all);
        int size = json.getBytes(StandardCharsets.UTF_8).length;
        if (size > MetadataTooLargeException.MOST) {
            throw new MetadataTooLargeException(run, size);
        }
        return json;
    }

    /**
     * What the run's metadata is, after the store has done it.
     *
     * @throws IllegalArgumentException if it could not be done
     */
    public Map<String, Object> result() {
        if (refusal != null) {
            throw refusal;
        }
        return result;
    }
}
