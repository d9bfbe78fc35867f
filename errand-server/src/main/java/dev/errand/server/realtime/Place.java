package dev.errand.server.realtime;

import dev.errand.server.call.Query;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody is who watches. He says it himself, in words that he was given with the last answer, so that any server can go on.
 *
 * @param handle by which he is known
 * @param fingerprint of what he has, see {@link Seen#fingerprint}; null if he begins
 * @param live whether he waits until something has changed
 * @param skipped names of columns that he does not get
 */
record Place(Handle handle, @Nullable Long fingerprint, boolean live, Set<String> skipped) {
    private static final String BEGINNING = "-1";
    private static final Pattern OFFSET = Pattern.compile("\\d{1,15}_(\\d{1,18})");

    /**
     * Who watches.
     *
     * @param id made when he began; nobody else's, and no secret
     * @param begun when that was
     */
    record Handle(String id, Instant begun) {
        private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})-(\\d{1,15})");

        /** The one that somebody has; another for who has none of ours. */
        static Handle read(@Nullable String text, Instant now) {
            Matcher said = TEXT.matcher(text == null ? "" : text);
            return said.matches()
                    ? new Handle(said.group(1), Instant.ofEpochMilli(Long.parseLong(said.group(2))))
                    : new Handle(
                            HexFormat.of()
                                    .toHexDigits(ThreadLocalRandom.current().nextLong()),
                            now);
        }

        String text() {
            return id + "-" + begun.toEpochMilli();
        }
    }

    /** @param skipped columns that he is not to have, besides those that he does not want */
    static Place read(Query asked, List<String> skipped, Instant now) {
        Set<String> all = new HashSet<>(skipped);
        all.addAll(asked.list("skipColumns"));
        Long fingerprint = BEGINNING.equals(asked.text("offset")) ? null : asked.read("offset", Place::fingerprint);
        return new Place(
                Handle.read(fingerprint == null ? null : asked.text("handle"), now),
                fingerprint,
                "true".equals(asked.text("live")),
                Set.copyOf(all));
    }

    private static Long fingerprint(String offset) {
        Matcher said = OFFSET.matcher(offset);
        if (!said.matches()) {
            throw new IllegalArgumentException("-1 is needed, or what was answered last as electric-offset");
        }
        return Long.valueOf(said.group(1));
    }

    /** Whether he waits as long as all is as he has it. Who begins has nothing, and is told at once. */
    boolean waits() {
        return live && fingerprint != null;
    }

    /** Whether he has this. */
    boolean has(Seen seen) {
        return fingerprint != null && fingerprint == seen.fingerprint();
    }

    /** What he has after this. */
    String offset(Seen seen, Instant now) {
        return now.toEpochMilli() + "_" + seen.fingerprint();
    }
}
