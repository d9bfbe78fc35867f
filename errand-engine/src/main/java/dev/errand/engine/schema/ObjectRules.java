package dev.errand.engine.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What schemas ask of objects. */
final class ObjectRules {
    private final Source source;
    private final Subschema into;
    private final Compiler compiler;
    private final Map<Pattern, Subschema> patterns = new LinkedHashMap<>();

    private ObjectRules(Source source, Subschema into, Compiler compiler) {
        this.source = source;
        this.into = into;
        this.compiler = compiler;
    }

    static void add(Source source, Subschema into, Compiler compiler) {
        ObjectRules rules = new ObjectRules(source, into, compiler);
        rules.properties();
        rules.required();
        rules.size();
        rules.names();
        rules.dependent();
    }

    private void add(Rule rule) {
        into.rules.add((value, at) -> {
            if (value.isObject()) {
                rule.apply(value, at);
            }
        });
    }

    private void properties() {
        source.map("properties").forEach((name, schema) -> into.properties.put(name, compiler.compile(schema)));
        source.map("patternProperties")
                .forEach((regex, schema) ->
                        patterns.put(source.pattern("patternProperties", regex), compiler.compile(schema)));
        Subschema others =
                source.has("additionalProperties") ? compiler.compile(source.child("additionalProperties")) : null;
        into.otherProperties = patterns.isEmpty() ? others : null;
        if (others != null || !into.properties.isEmpty() || !patterns.isEmpty()) {
            add((object, at) -> object.forEachEntry((name, value) -> apply(name, value, at, others)));
        }
    }

    private void apply(String name, JsonNode value, Check at, @Nullable Subschema others) {
        boolean known = false;
        Subschema own = into.properties.get(name);
        if (own != null) {
            known = true;
            own.applyTo(value, at, at.at(name));
        }
        for (Map.Entry<Pattern, Subschema> each : patterns.entrySet()) {
            if (each.getKey().matcher(name).find()) {
                known = true;
                each.getValue().applyTo(value, at, at.at(name));
            }
        }
        if (!known && others != null) {
            known = true;
            others.applyTo(value, at, at.at(name));
        }
        if (known) {
            at.saw(name);
        }
    }

    private void required() {
        List<String> names = source.texts("required");
        if (!names.isEmpty()) {
            add((object, at) -> require(object, names, at, ""));
        }
    }

    private void require(JsonNode object, List<String> names, Check at, String why) {
        for (String name : names) {
            if (!object.has(name)) {
                Subschema schema = into.properties.get(name);
                String needed = schema == null || schema.types.isEmpty()
                        ? "it is needed"
                        : Kinds.words(schema.types) + " is needed";
                Check property = at.at(name);
                property.problem("it is missing; %s%s".formatted(needed, why));
                at.add(property.problems());
            }
        }
    }

    private void size() {
        Integer least = source.count("minProperties");
        if (least != null) {
            add((object, at) -> {
                if (object.size() < least) {
                    at.problem("it has %d properties; at least %d are needed".formatted(object.size(), least));
                }
            });
        }
        Integer most = source.count("maxProperties");
        if (most != null) {
            add((object, at) -> {
                if (object.size() > most) {
                    at.problem("it has %d properties; at most %d are allowed".formatted(object.size(), most));
                }
            });
        }
    }

    private void names() {
        if (source.has("propertyNames")) {
            Subschema name = compiler.compile(source.child("propertyNames"));
            add((object, at) -> {
                for (String each : object.propertyNames()) {
                    Check property = at.at(each);
                    name.apply(JsonNodeFactory.instance.stringNode(each), property);
                    property.problems()
                            .forEach(problem -> at.add(
                                    List.of(new Check.Problem(problem.path(), "its name: " + problem.reason()))));
                }
            });
        }
    }

    private void dependent() {
        source.map("dependentRequired").keySet().forEach(name -> {
            List<String> others = source.child("dependentRequired").texts(name);
            add((object, at) -> {
                if (object.has(name)) {
                    require(object, others, at, " beside " + name);
                }
            });
        });
        source.map("dependentSchemas").forEach((name, schema) -> {
            Subschema then = compiler.compile(schema);
            add((object, at) -> {
                if (object.has(name)) {
                    then.applyWithin(object, at);
                }
            });
        });
    }

    /** To come last. */
    static void addUnevaluated(Source source, Subschema into, Compiler compiler) {
        if (source.has("unevaluatedProperties")) {
            Subschema rest = compiler.compile(source.child("unevaluatedProperties"));
            new ObjectRules(source, into, compiler)
                    .add((object, at) -> object.forEachEntry((name, value) -> {
                        if (!at.hasSeen(name)) {
                            rest.applyTo(value, at, at.at(name));
                            at.saw(name);
                        }
                    }));
        }
    }
}
