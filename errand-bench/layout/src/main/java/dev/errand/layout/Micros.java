package dev.errand.layout;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Time as it is stored. */
final class Micros {
    private Micros() {}

    static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
