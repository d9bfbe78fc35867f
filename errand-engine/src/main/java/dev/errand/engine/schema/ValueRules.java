package dev.errand.engine.schema;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What schemas ask of single values: their kind, which they are, how large or long. */
final class ValueRules {
    /** Beyond that many digits nobody looks whether one is a multiple of the other: it would take for ever. */
    private static final int LARGEST_EXPONENT = 1_000;

    private static final int LONGEST_LIST = 200;

    private final Source source;
    private final Subschema into;

    private ValueRules(Source source, Subschema into) {
        this.source = source;
        this.into = into;
    }

    static void add(Source source, Subschema into) {
        ValueRules rules = new ValueRules(source, into);
        rules.kind();
        rules.which();
        rules.size();
        rules.text();
    }

    private void kind() {
        JsonNode type = source.get("type");
        if (type == null) {
            return;
        }
        Set<String> kinds = new LinkedHashSet<>(type.isString() ? List.of(type.stringValue()) : source.texts("type"));
        for (String kind : kinds) {
            if (!Kinds.isKind(kind)) {
                throw source.wrong("type", "'%s' is none of %s".formatted(kind, Kinds.all()));
            }
        }
        into.types = Set.copyOf(kinds);
        into.rules.add((value, at) -> {
            if (!Kinds.is(value, kinds)) {
                at.problem("it is %s; %s is needed".formatted(Kinds.word(value), Kinds.words(kinds)));
            }
        });
    }

    private void which() {
        JsonNode one = source.get("const");
        if (one != null) {
            when(value -> !Kinds.same(value, one), "only %s is allowed".formatted(cut(one.toString())));
        }
        List<Source> all = source.list("enum");
        if (source.has("enum")) {
            Set<Object> keys = all.stream().map(each -> Kinds.key(each.node())).collect(Collectors.toSet());
            String list = all.stream().map(each -> each.node().toString()).collect(Collectors.joining(", "));
            when(value -> !keys.contains(Kinds.key(value)), "one of %s is needed".formatted(cut(list)));
        }
    }

    private static String cut(String list) {
        return list.length() <= LONGEST_LIST ? list : list.substring(0, LONGEST_LIST) + "…";
    }

    private void size() {
        BigDecimal least = source.number("minimum");
        if (least != null) {
            whenNumber(value -> value.compareTo(least) < 0, "at least %s is needed".formatted(least));
        }
        BigDecimal most = source.number("maximum");
        if (most != null) {
            whenNumber(value -> value.compareTo(most) > 0, "at most %s is allowed".formatted(most));
        }
        BigDecimal above = source.number("exclusiveMinimum");
        if (above != null) {
            whenNumber(value -> value.compareTo(above) <= 0, "more than %s is needed".formatted(above));
        }
        BigDecimal below = source.number("exclusiveMaximum");
        if (below != null) {
            whenNumber(value -> value.compareTo(below) >= 0, "less than %s is needed".formatted(below));
        }
        BigDecimal step = source.number("multipleOf");
        if (step != null) {
            if (step.signum() <= 0) {
                throw source.wrong("multipleOf", "a number above 0 is needed");
            }
            whenNumber(value -> !isMultiple(value, step), "a multiple of %s is needed".formatted(step.toPlainString()));
        }
    }

    private static boolean isMultiple(BigDecimal value, BigDecimal of) {
        return Math.abs((long) value.scale() - of.scale()) <= LARGEST_EXPONENT
                && value.remainder(of).signum() == 0;
    }

    private void text() {
        Integer least = source.count("minLength");
        if (least != null) {
            whenText(
                    value -> length(value) < least,
                    least == 1 ? "it must not be empty" : "at least %d characters are needed".formatted(least));
        }
        Integer most = source.count("maxLength");
        if (most != null) {
            whenText(value -> length(value) > most, "at most %d characters are allowed".formatted(most));
        }
        String regex = source.text("pattern");
        if (regex != null) {
            Pattern pattern = source.pattern("pattern", regex);
            whenText(value -> !pattern.matcher(value).find(), "it must match %s".formatted(regex));
        }
        String format = source.text("format");
        Format known = format == null ? null : Format.of(format);
        if (known != null) {
            whenText(value -> !known.accepts(value), "%s is needed".formatted(known.words()));
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private void when(Predicate<JsonNode> wrong, String reason) {
        into.rules.add((value, at) -> {
            if (wrong.test(value)) {
                at.problem(reason);
            }
        });
    }

    private void whenNumber(Predicate<BigDecimal> wrong, String reason) {
        when(value -> value.isNumber() && wrong.test(value.decimalValue()), reason);
    }

    private void whenText(Predicate<String> wrong, String reason) {
        when(value -> value.isString() && wrong.test(value.stringValue()), reason);
    }
}
