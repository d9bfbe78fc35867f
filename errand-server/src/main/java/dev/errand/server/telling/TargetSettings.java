package dev.errand.server.telling;

import dev.errand.Errand;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How webhook targets are told of events. Immutable; each method returns a changed copy.
 *
 * @param toPrivate whether also at addresses that are not of the Internet: of this machine, of private networks
 * @param patience for how long every attempt may fail before a target is disabled; more than zero
 * @param engine opens an engine on the same store that delivers, asked once there is a target, and closed with the server; null for the
 *     server's own, which has to make attempts then
 */
public record TargetSettings(
        boolean toPrivate, Duration patience, @Nullable Supplier<Errand> engine) {
    private static final TargetSettings STANDARD = new TargetSettings(false, Duration.ofDays(5), null);

    public TargetSettings {
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience is " + patience + "; it is more than zero");
        }
    }

    /** By the server's engine, at public addresses only; disabled after five days of nothing but failures. */
    public static TargetSettings standard() {
        return STANDARD;
    }

    /** Also at addresses of this machine and of private networks: whoever may make targets reaches then what the server reaches. */
    public TargetSettings alsoToPrivate() {
        return new TargetSettings(true, patience, engine);
    }

    public TargetSettings patience(Duration patience) {
        return new TargetSettings(toPrivate, patience, engine);
    }

    /** Delivers by an engine of its own, for servers whose engine makes no attempts. */
    public TargetSettings by(Supplier<Errand> engine) {
        return new TargetSettings(toPrivate, patience, engine);
    }
}
