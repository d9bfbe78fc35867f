package dev.errand.compare.peer;

import java.util.List;
import java.util.stream.IntStream;

/** The payload of all runs of all engines: 120 bytes as JSON. */
public record Order(int number, String customer, String note) {
    static final int BYTES = 120;
    private static final String CUSTOMER = "ada@example.org";
    private static final String PADDING = "a parcel of books, to be left with the neighbours upstairs ".repeat(2);
    private static final int NOTE_AND_DIGITS =
            BYTES - ("{\"number\":,\"customer\":\"\",\"note\":\"\"}" + CUSTOMER).length();

    static Order of(int number) {
        int digits = String.valueOf(number).length();
        return new Order(number, CUSTOMER, PADDING.substring(0, NOTE_AND_DIGITS - digits));
    }

    static List<Order> range(int from, int to) {
        return IntStream.range(from, to).mapToObj(Order::of).toList();
    }
}
