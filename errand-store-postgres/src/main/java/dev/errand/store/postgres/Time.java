package dev.errand.store.postgres;

import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Which clock decides: the database's, unless a test has brought one of its own. */
final class Time {
    private static final String NOW = "select errand.now()";

    private final Clock clock;
    private final @Nullable StoreClock store;

    Time(Clock given) {
        boolean system = given.getClass().equals(Clock.systemUTC().getClass());
        this.store = system ? new StoreClock() : null;
        this.clock = store == null ? given : store;
    }

    Clock clock() {
        return clock;
    }

    /** In microseconds. */
    long now() {
        return Times.micros(clock.instant());
    }

    /** For statements that ask the database's own clock if they are told no time. */
    @Nullable
    Long given() {
        return store == null ? now() : null;
    }

    /** Hears from the database what time it is: twice, since the first answer of a new connection comes a long way. */
    void read(Database database) throws SQLException {
        for (int i = 0; i < 2; i++) {
            long asked = System.nanoTime();
            heard(database.sql(NOW).number(), asked);
        }
    }

    /**
     * The database has just said what time it is.
     *
     * @param micros what it said
     * @param asked when it was asked, by {@link System#nanoTime}
     */
    void heard(long micros, long asked) {
        if (store != null) {
            store.set(micros, asked, System.nanoTime());
        }
    }
}
