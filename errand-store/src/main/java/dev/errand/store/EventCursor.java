package dev.errand.store;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How far somebody has read the events, perhaps to the middle of a commit; to be kept and handed back as it is. What is committed at the same time is numbered in no
 * common order, so a cursor holds a place for each of several streams, in which the order of positions is that of the commits.
 *
 * @param text {@code stream:position} of each, with commas between; empty before the first event. In the middle of a commit
 *     {@code stream:position/within}
 */
public record EventCursor(String text) {
    /** Before the first event. */
    public static final EventCursor START = new EventCursor("");

    private static final Pattern PLACE = Pattern.compile("\\d{1,18}:\\d{1,18}(?:/\\d{1,9})?");
    private static final int LONGEST = 8_000;

    /**
     * How far a stream was read.
     *
     * @param position of the last commit of which any events were
     * @param within 0 if all of that commit were, else how many
     */
    public record Place(long position, int within) {
        /** Whether all that lies before the other one lies before this. */
        public boolean covers(Place other) {
            return position > other.position
                    || (position == other.position
                            && (within == 0 || (other.within > 0 && other.within <= within)));
        }

        /** After which commits are asked for: one that was read in part is read again. */
        public long before() {
            return within == 0 ? position : position - 1;
        }

        private static Place of(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new Place(Long.parseLong(text), 0)
                    : new Place(Long.parseLong(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        }

        @Override
        public String toString() {
            return within == 0 ? String.valueOf(position) : position + "/" + within;
        }
    }

    /** One with these places, by their streams. */
    public static EventCursor of(Map<Long, Place> places) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(places).forEach((stream, place) -> {
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(stream).append(':').append(place);
        });
        return new EventCursor(text.toString());
    }

    /**
     * One that somebody brings.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public static EventCursor parse(String text) {
        boolean is = text.length() <= LONGEST
                && (text.isEmpty()
                        || Arrays.stream(text.split(",", -1))
                                .allMatch(place -> PLACE.matcher(place).matches()));
        if (!is) {
            throw new IllegalArgumentException("this is no place in the log of events");
        }
        return new EventCursor(text);
    }

    /** The places by their streams; a copy. */
    public Map<Long, Place> places() {
        Map<Long, Place> places = new TreeMap<>();
        if (!text.isEmpty()) {
            for (String place : text.split(",", -1)) {
                int colon = place.indexOf(':');
                places.put(Long.valueOf(place.substring(0, colon)), Place.of(place.substring(colon + 1)));
            }
        }
        return places;
    }

    /** Whether all that lies before the other one lies before this. */
    public boolean covers(EventCursor other) {
        if (text.equals(other.text)) {
            return true;
        }
        Map<Long, Place> places = places();
        return other.places().entrySet().stream().allMatch(entry -> {
            Place place = places.get(entry.getKey());
            return place != null && place.covers(entry.getValue());
        });
    }

    /** What lies before either of them lies before this. */
    public EventCursor with(EventCursor other) {
        if (text.equals(other.text)) {
            return this;
        }
        Map<Long, Place> places = places();
        other.places().forEach((stream, place) ->
                places.merge(stream, place, (mine, others) -> mine.covers(others) ? mine : others));
        return of(places);
    }
}
