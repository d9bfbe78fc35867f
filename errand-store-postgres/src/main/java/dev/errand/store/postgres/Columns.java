package dev.errand.store.postgres;

import dev.errand.RunId;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Columns of many rows as arrays, for statements that take them with unnest. */
final class Columns {
    private Columns() {}

    static <T> long[] longs(List<T> rows, ToLongFunction<T> value) {
        return rows.stream().mapToLong(value).toArray();
    }

    static <T> int[] ints(List<T> rows, ToIntFunction<T> value) {
        return rows.stream().mapToInt(value).toArray();
    }

    /** Where some are null. */
    static <T> @Nullable Long[] nullable(List<T> rows, Function<T, @Nullable Long> value) {
        @Nullable Long[] column = new Long[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return column;
    }

    static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> value) {
        @Nullable String[] column = new String[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return column;
    }

    /** PostgreSQL's text holds every character but one. */
    static @Nullable String storable(@Nullable String text) {
        return text == null || text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    static <T> UUID[] ids(List<T> rows, Function<T, RunId> value) {
        UUID[] column = new UUID[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = Ids.uuid(value.apply(rows.get(i)));
        }
        return column;
    }

    static <T> boolean[] flags(List<T> rows, Function<T, Boolean> value) {
        boolean[] column = new boolean[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return column;
    }
}
