package dev.errand;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of a node an attempt takes: processors and memory. A node never executes attempts whose machines sum over its budget
 * ({@link ErrandBuilder#budget}); one that is {@linkplain TaskBuilder#isolated isolated} is held to its machine.
 *
 * <p>It prints as the name of a preset, {@code small-1x}, or as {@code 3/6} for 3 processors and 6 GB, with a name in front if it
 * was given one: {@code big:3/6}. {@link #parse} reads that.
 *
 * @param name of a preset, or any other: 1 to 64 letters, digits and {@code . _ - /}
 * @param cpus processors, from 0.05 to 1,024; may be a fraction
 * @param gigabytes memory in units of 2³⁰ bytes, from 0.0625 to 16,384; may be a fraction
 */
public record Machine(String name, double cpus, double gigabytes) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}");
    private static final Pattern TEXT =
            Pattern.compile("(?:(?<name>[^:]*):)?(?<cpus>\\d*\\.?\\d+)/(?<gigabytes>\\d*\\.?\\d+)");
    private static final double GIGABYTE = 1L << 30;

    /** A quarter of a processor and of a gigabyte. */
    public static final Machine MICRO = preset("micro");
    /** Half a processor and half a gigabyte. */
    public static final Machine SMALL_1X = preset("small-1x");
    /** 1 processor, 1 GB. */
    public static final Machine SMALL_2X = preset("small-2x");
    /** 1 processor, 2 GB. */
    public static final Machine MEDIUM_1X = preset("medium-1x");
    /** 2 processors, 4 GB. */
    public static final Machine MEDIUM_2X = preset("medium-2x");
    /** 4 processors, 8 GB. */
    public static final Machine LARGE_1X = preset("large-1x");
    /** 8 processors, 16 GB. */
    public static final Machine LARGE_2X = preset("large-2x");

    public Machine {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no name of a machine: 1 to 64 letters, digits and . _ - / are allowed".formatted(name));
        }
        if (!(cpus >= 0.05 && cpus <= 1_024)) {
            throw new IllegalArgumentException(
                    "machine %s has %s processors; from 0.05 to 1,024 are possible".formatted(name, number(cpus)));
        }
        if (!(gigabytes >= 0.0625 && gigabytes <= 16_384)) {
            throw new IllegalArgumentException("machine %s has %s GB of memory; from 0.0625 to 16,384 are possible"
                    .formatted(name, number(gigabytes)));
        }
        double[] preset = size(name);
        if (preset != null && (preset[0] != cpus || preset[1] != gigabytes)) {
            throw new IllegalArgumentException("machine %s is a preset of %s processors and %s GB; choose another name"
                    .formatted(name, number(preset[0]), number(preset[1])));
        }
    }

    private static double @Nullable [] size(String name) {
        return switch (name) {
            case "micro" -> new double[] {0.25, 0.25};
            case "small-1x" -> new double[] {0.5, 0.5};
            case "small-2x" -> new double[] {1, 1};
            case "medium-1x" -> new double[] {1, 2};
            case "medium-2x" -> new double[] {2, 4};
            case "large-1x" -> new double[] {4, 8};
            case "large-2x" -> new double[] {8, 16};
            default -> null;
        };
    }

    private static Machine preset(String name) {
        double[] size = Objects.requireNonNull(size(name));
        return new Machine(name, size[0], size[1]);
    }

    /** One of its own, without a name. */
    public static Machine of(double cpus, double gigabytes) {
        return new Machine(number(cpus) + "/" + number(gigabytes), cpus, gigabytes);
    }

    /** The presets, the smallest first. */
    public static List<Machine> presets() {
        return List.of(MICRO, SMALL_1X, SMALL_2X, MEDIUM_1X, MEDIUM_2X, LARGE_1X, LARGE_2X);
    }

    /**
     * Reads what a machine prints.
     *
     * @throws IllegalArgumentException if it is neither a preset nor a size; the message says what is
     */
    public static Machine parse(String text) {
        String stripped = text.strip();
        if (size(stripped.toLowerCase(Locale.ROOT)) != null) {
            return preset(stripped.toLowerCase(Locale.ROOT));
        }
        Matcher own = TEXT.matcher(stripped);
        if (!own.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no machine; there are %s, or write processors and gigabytes, such as 3/6"
                            .formatted(
                                    text,
                                    String.join(
                                            ", ",
                                            presets().stream()
                                                    .map(Machine::name)
                                                    .toList())));
        }
        Machine unnamed = of(Double.parseDouble(own.group("cpus")), Double.parseDouble(own.group("gigabytes")));
        String name = own.group("name");
        return name == null ? unnamed : new Machine(name, unnamed.cpus, unnamed.gigabytes);
    }

    /** Its memory in bytes. */
    public long bytes() {
        return (long) (gigabytes * GIGABYTE);
    }

    /** Whether another needs no more than this one has, of either. */
    public boolean holds(Machine other) {
        return other.cpus <= cpus && other.gigabytes <= gigabytes;
    }

    /** Its size in words: {@code 1 CPU and 2 GB}. */
    public String size() {
        return "%s CPU%s and %s GB".formatted(number(cpus), cpus == 1 ? "" : "s", number(gigabytes));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        String size = number(cpus) + "/" + number(gigabytes);
        return size(name) != null || name.equals(size) ? name : name + ":" + size;
    }
}
