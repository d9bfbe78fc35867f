package dev.errand.engine.schema;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Annotations of Bean Validation as keywords of a schema. They are known by their names, so that nobody needs the library. What JSON
 * Schema cannot say, such as {@code @Past}, is left out, and so are constraints of groups.
 */
final class Constraints {
    private static final Set<String> PACKAGES =
            Set.of("jakarta.validation.constraints", "javax.validation.constraints");
    /** The keyword of bytes, whose text has another length than they. */
    static final String ENCODED = "contentEncoding";

    private static final Set<String> NOT_NULL = Set.of("NotNull", "NotEmpty", "NotBlank");

    /** Each once, although the compiler puts some of them in several places. */
    private final Set<Annotation> annotations = new LinkedHashSet<>();

    Constraints(Collection<Annotation> all) {
        for (Annotation each : all) {
            for (Annotation single : singles(each)) {
                if (isConstraint(single) && ((Object[]) attribute(single, "groups")).length == 0) {
                    annotations.add(single);
                }
            }
        }
    }

    private static boolean isConstraint(Annotation annotation) {
        return PACKAGES.contains(annotation.annotationType().getPackageName())
                && annotation.annotationType().getEnclosingClass() == null;
    }

    /** Several of a kind come in a container. */
    private static List<Annotation> singles(Annotation annotation) {
        Class<?> type = annotation.annotationType();
        return PACKAGES.contains(type.getPackageName()) && type.getEnclosingClass() != null
                ? List.of((Annotation[]) attribute(annotation, "value"))
                : List.of(annotation);
    }

    private static String name(Annotation annotation) {
        return annotation.annotationType().getSimpleName();
    }

    boolean forbidNull() {
        for (Annotation each : annotations) {
            if (NOT_NULL.contains(name(each))) {
                return true;
            }
        }
        return false;
    }

    /** Adds what they ask. */
    void addTo(ObjectNode schema) {
        for (Annotation each : annotations) {
            add(name(each), each, schema);
        }
    }

    /** Whether they ask anything. */
    boolean areSome() {
        return !annotations.isEmpty();
    }

    private static void add(String name, Annotation its, ObjectNode schema) {
        switch (name) {
            case "Null" -> schema.put("type", "null");
            case "NotEmpty" -> atLeast(schema, sizeKeyword(schema, "min"), BigDecimal.ONE);
            case "NotBlank" -> pattern(schema, "\\S");
            case "Size" -> size(its, schema);
            case "Min" -> atLeast(schema, "minimum", BigDecimal.valueOf((long) attribute(its, "value")));
            case "Max" -> atMost(schema, "maximum", BigDecimal.valueOf((long) attribute(its, "value")));
            case "DecimalMin" -> atLeast(schema, inclusive(its) ? "minimum" : "exclusiveMinimum", decimal(its));
            case "DecimalMax" -> atMost(schema, inclusive(its) ? "maximum" : "exclusiveMaximum", decimal(its));
            case "Positive" -> atLeast(schema, "exclusiveMinimum", BigDecimal.ZERO);
            case "PositiveOrZero" -> atLeast(schema, "minimum", BigDecimal.ZERO);
            case "Negative" -> atMost(schema, "exclusiveMaximum", BigDecimal.ZERO);
            case "NegativeOrZero" -> atMost(schema, "maximum", BigDecimal.ZERO);
            case "Digits" -> digits(its, schema);
            case "Pattern" -> pattern(schema, regex(its));
            case "Email" -> schema.put("format", "email");
            case "AssertTrue" -> schema.withArray("enum").add(true).addNull();
            case "AssertFalse" -> schema.withArray("enum").add(false).addNull();
            default -> {} // NotNull, of which the type tells, and what cannot be said
        }
    }

    /** Of several bounds the narrowest holds. */
    private static void atLeast(ObjectNode schema, String keyword, BigDecimal bound) {
        JsonNode other = schema.get(keyword);
        schema.put(keyword, other == null ? bound : bound.max(other.decimalValue()));
    }

    private static void atMost(ObjectNode schema, String keyword, BigDecimal bound) {
        JsonNode other = schema.get(keyword);
        schema.put(keyword, other == null ? bound : bound.min(other.decimalValue()));
    }

    private static void pattern(ObjectNode schema, String regex) {
        ObjectNode at = schema.has("pattern") ? schema.withArray("allOf").addObject() : schema;
        at.put("pattern", regex);
    }

    private static void size(Annotation size, ObjectNode schema) {
        if (schema.has(ENCODED)) {
            return;
        }
        int least = (int) attribute(size, "min");
        int most = (int) attribute(size, "max");
        if (least > 0) {
            atLeast(schema, sizeKeyword(schema, "min"), BigDecimal.valueOf(least));
        }
        if (most < Integer.MAX_VALUE) {
            atMost(schema, sizeKeyword(schema, "max"), BigDecimal.valueOf(most));
        }
    }

    private static String sizeKeyword(ObjectNode schema, String end) {
        String type = schema.path("type").toString();
        return end + (type.contains("array") ? "Items" : type.contains("object") ? "Properties" : "Length");
    }

    private static void digits(Annotation digits, ObjectNode schema) {
        BigDecimal bound = BigDecimal.TEN.pow((int) attribute(digits, "integer"));
        atMost(schema, "exclusiveMaximum", bound);
        atLeast(schema, "exclusiveMinimum", bound.negate());
        schema.put("multipleOf", BigDecimal.ONE.scaleByPowerOfTen(-(int) attribute(digits, "fraction")));
    }

    private static boolean inclusive(Annotation annotation) {
        return (boolean) attribute(annotation, "inclusive");
    }

    private static BigDecimal decimal(Annotation annotation) {
        return new BigDecimal((String) attribute(annotation, "value"));
    }

    /** The whole text is to match. */
    private static String regex(Annotation annotation) {
        List<String> flags = new ArrayList<>();
        for (Object flag : (Object[]) attribute(annotation, "flags")) {
            switch (flag.toString()) {
                case "CASE_INSENSITIVE" -> flags.add("i");
                case "MULTILINE" -> flags.add("m");
                case "DOTALL" -> flags.add("s");
                case "UNICODE_CASE" -> flags.add("u");
                case "COMMENTS" -> flags.add("x");
                default -> {} // UNIX_LINES, CANON_EQ
            }
        }
        String regex = "^(?:" + attribute(annotation, "regexp") + ")$";
        return flags.isEmpty() ? regex : "(?" + String.join("", flags) + ")" + regex;
    }

    private static Object attribute(Annotation annotation, String name) {
        try {
            return annotation.annotationType().getMethod(name).invoke(annotation);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException("%s cannot be read".formatted(annotation), e);
        }
    }
}
