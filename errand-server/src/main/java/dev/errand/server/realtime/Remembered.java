package dev.errand.server.realtime;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What those have who watch several runs, as long as there is room: those that came least lately are forgotten first. Who is not remembered, as on
 * another server or after it was started anew, is sent all runs of his once more as soon as one has changed, and has lost nothing. Thread-safe.
 */
final class Remembered {
    private final int room;
    private final Map<String, Seen> byHandle = new LinkedHashMap<>(16, 0.75f, true);
    private int runs;

    /** @param room how many runs are remembered, of all who watch together */
    Remembered(int room) {
        this.room = room;
    }

    /** What somebody has; null if that is not known for sure. */
    synchronized @Nullable Seen of(Place place) {
        Seen seen = byHandle.get(place.handle().text());
        Long fingerprint = place.fingerprint();
        return seen != null && fingerprint != null && fingerprint == seen.fingerprint() ? seen : null;
    }

    /** Somebody is about to have this. A single run is not worth it: if it has changed, all has. */
    synchronized void keep(Place place, Seen seen) {
        forget(byHandle.remove(place.handle().text()));
        if (seen.size() > 1 && seen.size() <= room) {
            byHandle.put(place.handle().text(), seen);
            runs += seen.size();
        }
        Iterator<Seen> eldest = byHandle.values().iterator();
        while (runs > room) {
            forget(eldest.next());
            eldest.remove();
        }
    }

    private void forget(@Nullable Seen seen) {
        runs -= seen == null ? 0 : seen.size();
    }
}
