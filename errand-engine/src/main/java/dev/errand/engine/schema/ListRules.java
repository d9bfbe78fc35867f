package dev.errand.engine.schema;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What schemas ask of lists. */
final class ListRules {
    private final Source source;
    private final Subschema into;
    private final Compiler compiler;

    private ListRules(Source source, Subschema into, Compiler compiler) {
        this.source = source;
        this.into = into;
        this.compiler = compiler;
    }

    static void add(Source source, Subschema into, Compiler compiler) {
        ListRules rules = new ListRules(source, into, compiler);
        rules.size();
        rules.items();
        rules.contains();
    }

    private void add(Rule rule) {
        into.rules.add((value, at) -> {
            if (value.isArray()) {
                rule.apply(value, at);
            }
        });
    }

    private void size() {
        Integer least = source.count("minItems");
        if (least != null) {
            add((list, at) -> {
                if (list.size() < least) {
                    at.problem("it has %d items; at least %d are needed".formatted(list.size(), least));
                }
            });
        }
        Integer most = source.count("maxItems");
        if (most != null) {
            add((list, at) -> {
                if (list.size() > most) {
                    at.problem("it has %d items; at most %d are allowed".formatted(list.size(), most));
                }
            });
        }
        if (source.isTrue("uniqueItems")) {
            add((list, at) -> {
                Set<Object> seen = new HashSet<>();
                for (int i = 0; i < list.size(); i++) {
                    if (!seen.add(Kinds.key(list.get(i)))) {
                        Check item = at.at(i);
                        item.problem("it is there already; each may be there once");
                        at.add(item.problems());
                    }
                }
            });
        }
    }

    private void items() {
        if (source.has("prefixItems")) {
            source.list("prefixItems").forEach(each -> into.prefixItems.add(compiler.compile(each)));
        }
        JsonNode items = source.get("items");
        if (items != null && items.isArray()) {
            throw source.wrong("items", "a list of schemas is called prefixItems");
        }
        Subschema rest = items == null ? null : compiler.compile(source.child("items"));
        into.items = rest;
        if (rest != null || !into.prefixItems.isEmpty()) {
            add((list, at) -> apply(list, at, rest));
        }
    }

    private void apply(JsonNode list, Check at, @Nullable Subschema rest) {
        for (int i = 0; i < list.size(); i++) {
            Subschema schema = i < into.prefixItems.size() ? into.prefixItems.get(i) : rest;
            if (schema != null) {
                schema.applyTo(list.get(i), at, at.at(i));
                at.saw(i);
            }
        }
    }

    private void contains() {
        Integer least = source.count("minContains");
        Integer most = source.count("maxContains");
        if (!source.has("contains")) {
            return;
        }
        Subschema wanted = compiler.compile(source.child("contains"));
        add((list, at) -> {
            int found = 0;
            for (int i = 0; i < list.size(); i++) {
                if (wanted.fits(list.get(i), at.at(i))) {
                    found++;
                    at.saw(i);
                }
            }
            if (found < (least == null ? 1 : least) || (most != null && found > most)) {
                at.problem("it has %d of the items it must contain%s"
                        .formatted(found, most == null ? "" : "; at most %d are allowed".formatted(most)));
            }
        });
    }

    /** To come last. */
    static void addUnevaluated(Source source, Subschema into, Compiler compiler) {
        if (source.has("unevaluatedItems")) {
            Subschema rest = compiler.compile(source.child("unevaluatedItems"));
            new ListRules(source, into, compiler).add((list, at) -> {
                for (int i = 0; i < list.size(); i++) {
                    if (!at.hasSeen(i)) {
                        rest.applyTo(list.get(i), at, at.at(i));
                        at.saw(i);
                    }
                }
            });
        }
    }
}
