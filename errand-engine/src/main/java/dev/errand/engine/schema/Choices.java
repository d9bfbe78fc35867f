package dev.errand.engine.schema;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Schemas made of schemas for the same value. */
final class Choices {
    private Choices() {}

    static void add(Source source, Subschema into, Compiler compiler) {
        for (Source each : nonEmpty(source, "allOf")) {
            same(compiler.compile(each), into);
        }
        anyOf(source, into, compiler);
        oneOf(source, into, compiler);
        if (source.has("not")) {
            Subschema not = compiler.compile(source.child("not"));
            into.rules.add((value, at) -> {
                if (not.fits(value, at.again())) {
                    at.problem("it is just what it must not be");
                }
            });
        }
        condition(source, into, compiler);
    }

    /** What is asked by a part is asked by the whole. */
    static void same(Subschema part, Subschema into) {
        into.sameValue.add(part);
        into.rules.add(part::applyWithin);
    }

    private static List<Source> nonEmpty(Source source, String keyword) {
        List<Source> schemas = source.list(keyword);
        if (source.has(keyword) && schemas.isEmpty()) {
            throw source.wrong(keyword, "it is empty");
        }
        return schemas;
    }

    private static List<Subschema> all(Source source, String keyword, Compiler compiler) {
        return nonEmpty(source, keyword).stream().map(compiler::compile).toList();
    }

    private static void anyOf(Source source, Subschema into, Compiler compiler) {
        List<Subschema> any = all(source, "anyOf", compiler);
        if (any.isEmpty()) {
            return;
        }
        into.rules.add((value, at) -> {
            boolean fits = false;
            for (Subschema each : any) { // all of them: each may have looked at something
                fits |= each.fits(value, at);
            }
            if (!fits) {
                none(any, value, at);
            }
        });
    }

    /** The problems of the one that came closest, if it can be told: one alone took the value's kind. */
    private static void none(List<Subschema> choices, JsonNode value, Check at) {
        List<Subschema> ofKind = choices.stream()
                .filter(each -> each.types.isEmpty() || Kinds.is(value, each.types))
                .toList();
        if (ofKind.size() == 1) {
            ofKind.getFirst().applyWithin(value, at);
        } else {
            at.problem("it fits none of the %d choices".formatted(choices.size()));
        }
    }

    private static void oneOf(Source source, Subschema into, Compiler compiler) {
        List<Subschema> one = all(source, "oneOf", compiler);
        if (one.isEmpty()) {
            return;
        }
        into.rules.add((value, at) -> {
            Check found = at.again();
            long fitting = one.stream().filter(each -> each.fits(value, found)).count();
            if (fitting == 1) {
                at.sawAll(found);
            } else if (fitting == 0) {
                none(one, value, at);
            } else {
                at.problem("it fits %d of the choices; just one is allowed".formatted(fitting));
            }
        });
    }

    private static void condition(Source source, Subschema into, Compiler compiler) {
        if (!source.has("if")) {
            return;
        }
        Subschema condition = compiler.compile(source.child("if"));
        Subschema then = source.has("then") ? compiler.compile(source.child("then")) : new Subschema();
        Subschema otherwise = source.has("else") ? compiler.compile(source.child("else")) : new Subschema();
        into.rules.add((value, at) -> (condition.fits(value, at) ? then : otherwise).applyWithin(value, at));
    }
}
