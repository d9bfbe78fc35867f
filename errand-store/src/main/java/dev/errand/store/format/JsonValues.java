package dev.errand.store.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What JSON values are to each other, as {@link JsonReader} reads them. */
public final class JsonValues {
    /** Whole numbers with so many digits are kept whole. */
    private static final int MOST_DIGITS = 400;

    private JsonValues() {}

    /** Whether they are the same as JSON: numbers by their values, objects in any order. */
    public static boolean same(@Nullable Object one, @Nullable Object other) {
        return switch (one) {
            case Number number
            when other instanceof Number another -> decimal(number).compareTo(decimal(another)) == 0;
            case List<?> list when other instanceof List<?> another -> same(list, another);
            case Map<?, ?> map when other instanceof Map<?, ?> another -> same(map, another);
            case null, default -> Objects.equals(one, other);
        };
    }

    private static boolean same(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!same(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(Map<?, ?> one, Map<?, ?> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(entry -> same(entry.getValue(), other.get(entry.getKey())));
    }

    /** What both are together: decimals to 34 digits, a whole number where it is one. */
    public static Number sum(Number one, Number other) {
        return smallest(decimal(one).add(decimal(other), MathContext.DECIMAL128));
    }

    /** What is left. */
    public static Number difference(Number of, Number less) {
        return smallest(decimal(of).subtract(decimal(less), MathContext.DECIMAL128));
    }

    private static BigDecimal decimal(Number number) {
        return switch (number) {
            case BigDecimal decimal -> decimal;
            case BigInteger whole -> new BigDecimal(whole);
            case Double fraction -> BigDecimal.valueOf(fraction);
            case Float fraction -> new BigDecimal(fraction.toString());
            default -> BigDecimal.valueOf(number.longValue());
        };
    }

    private static Number smallest(BigDecimal value) {
        BigDecimal bare = value.stripTrailingZeros();
        if (bare.scale() > 0 || bare.precision() - bare.scale() > MOST_DIGITS) {
            double near = bare.doubleValue();
            return Double.isInfinite(near) ? bare : (Number) near;
        }
        BigInteger whole = bare.toBigInteger();
        return whole.bitLength() < Long.SIZE ? (Number) whole.longValueExact() : whole;
    }
}
