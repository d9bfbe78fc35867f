package dev.errand.engine.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A schema within a schema, ready to be applied. Made before what it consists of is known, since schemas may contain themselves. */
final class Subschema {
    final List<Rule> rules = new ArrayList<>();

    // What Completion needs to know.
    final Map<String, Subschema> properties = new LinkedHashMap<>();
    final List<Subschema> prefixItems = new ArrayList<>();
    final List<Subschema> sameValue = new ArrayList<>();

    @Nullable
    Subschema items;

    @Nullable
    Subschema otherProperties;

    Set<String> types = Set.of();

    @Nullable
    JsonNode byDefault;

    @Nullable
    Boolean coerce;

    /** Applies all rules; each sees the same check, so that the last can tell what the others have looked at. */
    void apply(JsonNode value, Check at) {
        for (Rule rule : rules) {
            rule.apply(value, at);
        }
    }

    /** As a part of a schema for the same value: what is wrong is wrong for that as well. */
    void applyWithin(JsonNode value, Check at) {
        Check inner = at.again();
        apply(value, inner);
        at.add(inner.problems());
        if (inner.passed()) {
            at.sawAll(inner);
        }
    }

    /** Whether a value fits; if so, what was looked at counts. */
    boolean fits(JsonNode value, Check at) {
        Check inner = at.again();
        apply(value, inner);
        if (inner.passed()) {
            at.sawAll(inner);
        }
        return inner.passed();
    }

    /** Applies all rules to a part of the value. */
    void applyTo(JsonNode part, Check at, Check partAt) {
        apply(part, partAt);
        at.add(partAt.problems());
    }

    boolean allowsNull() {
        return (types.isEmpty() || types.contains("null")) && sameValue.stream().allMatch(Subschema::allowsNull);
    }
}
