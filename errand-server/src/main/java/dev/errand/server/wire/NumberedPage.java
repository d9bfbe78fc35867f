package dev.errand.server.wire;

import dev.errand.server.call.Query;
import java.util.List;

/**
 * Which part is asked for of a list that is short enough to be counted, and how that part is answered.
 *
 * @param number from 1
 * @param size how many items it has at most
 */
public record NumberedPage(int number, int size) {
    private static final String NUMBER = "page";
    private static final String SIZE = "perPage";
    private static final int MOST = 999_999_999;
    private static final int USUAL = 25;
    private static final int LARGEST = 100;

    private record Listed(List<?> data, Numbers pagination) {}

    private record Numbers(int currentPage, long totalPages, long count) {}

    public static NumberedPage read(Query asked) {
        return new NumberedPage(asked.number(NUMBER, 1, MOST, 1), asked.number(SIZE, 1, LARGEST, USUAL));
    }

    /** How many items stand on the pages before it. */
    public long before() {
        return (number - 1L) * size;
    }

    /** This page of all there are; nothing beyond the last. */
    public <T> List<T> of(List<T> all) {
        return all.stream().skip(before()).limit(size).toList();
    }

    /**
     * What is answered, as JSON.
     *
     * @param count how many items there are on all pages together
     */
    public Object answer(List<?> items, long count) {
        return new Listed(items, new Numbers(number, Math.ceilDiv(count, size), count));
    }
}
