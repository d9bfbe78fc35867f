package dev.errand.engine.schema;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes rules of a schema, part by part, each part once. What the schema refers to must be in it: nothing is fetched. */
final class Compiler {
    private static final URI NOWHERE = URI.create("errand:/schema");
    private static final Set<String> NOT_SCHEMAS = Set.of("const", "enum", "default", "examples");
    private static final List<String> REFUSED = List.of("$dynamicRef", "$recursiveRef", "dependencies");

    private final Source root;
    private final Map<String, Subschema> compiled = new HashMap<>();
    private final Map<String, Source> byUri = new HashMap<>();
    private final Map<String, URI> bases = new HashMap<>();

    Compiler(JsonNode schema) {
        this.root = new Source(schema, "");
    }

    Subschema compile() {
        name(root, NOWHERE);
        return compile(root);
    }

    /** Finds what parts are called, before one refers to another. */
    private void name(Source part, URI base) {
        JsonNode node = part.node();
        URI own = base;
        if (node.isObject()) {
            own = named(part, base);
            for (String each : node.propertyNames()) {
                if (!NOT_SCHEMAS.contains(each)) {
                    name(part.child(each), own);
                }
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                name(new Source(node.get(i), part.pointer() + '/' + i), base);
            }
        }
        bases.put(part.pointer(), own);
        if (part.pointer().isEmpty()) {
            byUri.put(without(own), part);
        }
    }

    private URI named(Source part, URI base) {
        JsonNode id = part.get("$id");
        URI own = base;
        if (id != null && id.isString()) {
            own = resolve(part, "$id", base, id.stringValue());
            byUri.put(without(own), part);
        }
        for (String anchor : List.of("$anchor", "$dynamicAnchor")) {
            JsonNode name = part.get(anchor);
            if (name != null && name.isString()) {
                byUri.put(without(own) + '#' + name.stringValue(), part);
            }
        }
        return own;
    }

    private static URI resolve(Source part, String keyword, URI base, String reference) {
        try {
            return base.resolve(reference);
        } catch (IllegalArgumentException e) {
            throw part.wrong(keyword, "'%s' is no URI".formatted(reference));
        }
    }

    private static String without(URI uri) {
        String text = uri.toString();
        int fragment = text.indexOf('#');
        return fragment < 0 ? text : text.substring(0, fragment);
    }

    Subschema compile(Source source) {
        Subschema known = compiled.get(source.pointer());
        if (known != null) {
            return known;
        }
        Subschema schema = new Subschema();
        compiled.put(source.pointer(), schema);
        if (source.node().isBoolean()) {
            if (!source.node().booleanValue()) {
                schema.rules.add((value, at) -> at.problem("nothing is allowed here"));
            }
        } else if (source.node().isObject()) {
            fill(source, schema);
        } else {
            throw new IllegalArgumentException("the schema is wrong%s: an object, true or false is needed"
                    .formatted(source.pointer().isEmpty() ? "" : " at " + source.pointer()));
        }
        return schema;
    }

    private void fill(Source source, Subschema schema) {
        for (String keyword : REFUSED) {
            if (source.has(keyword)) {
                throw source.wrong(keyword, "this keyword is not supported");
            }
        }
        schema.byDefault = source.get("default");
        schema.coerce = source.has(Completion.COERCE) ? source.isTrue(Completion.COERCE) : null;
        String reference = source.text("$ref");
        if (reference != null) {
            Choices.same(compile(target(source, reference)), schema);
        }
        ValueRules.add(source, schema);
        ListRules.add(source, schema, this);
        ObjectRules.add(source, schema, this);
        Choices.add(source, schema, this);
        source.map("$defs").values().forEach(this::compile);
        ListRules.addUnevaluated(source, schema, this);
        ObjectRules.addUnevaluated(source, schema, this);
    }

    private Source target(Source from, String reference) {
        String base = without(bases.getOrDefault(from.pointer(), NOWHERE));
        int hash = reference.indexOf('#');
        String path = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        String uri = path.isEmpty() ? base : without(resolve(from, "$ref", URI.create(base), path));
        Source resource = byUri.get(uri);
        Source target = fragment.isEmpty() || fragment.startsWith("/")
                ? part(resource, fragment)
                : byUri.get(uri + '#' + fragment);
        if (target == null) {
            throw from.wrong(
                    "$ref", "'%s' is nowhere in the schema; it may refer to its own parts only".formatted(reference));
        }
        return target;
    }

    private static @Nullable Source part(@Nullable Source resource, String fragment) {
        Source at = resource;
        if (fragment.isEmpty()) {
            return at;
        }
        for (String raw : fragment.substring(1).split("/", -1)) {
            String step = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .replace("~1", "/")
                    .replace("~0", "~");
            at = at == null ? null : at.step(step);
        }
        return at;
    }
}
