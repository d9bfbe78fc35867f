package dev.errand.engine.step;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is different each time one asks, and the same in every attempt: times are kept one by one; random numbers and ids follow from one
 * seed, which is kept when the first of them is asked for, and from where in the body that is.
 */
public final class StableValues {
    private static final int SEED_BYTES = 24;
    private static final SecureRandom SECURE = new SecureRandom();

    /** What was given out in one place. */
    private static final class Given {
        private @Nullable Random random;
        private @Nullable Random twin;
        /** As it was when the body began, which others may have drawn from before; null if nobody had. */
        private @Nullable Random atBegin;

        private long ids;
    }

    private final Steps steps;
    private final Places places;
    private final Supplier<Instant> clock;
    private byte @Nullable [] seed;

    public StableValues(Steps steps, Places places, Supplier<Instant> clock) {
        this.steps = steps;
        this.places = places;
        this.clock = clock;
    }

    /** See {@link dev.errand.RunContext#now}. */
    public Instant now() throws InterruptedException {
        return steps.own("now", Instant.class, clock);
    }

    /** See {@link dev.errand.RunContext#random}. Its algorithm is laid down in the documentation of its class, for all versions of Java. */
    public synchronized RandomGenerator random() throws InterruptedException {
        steps.refuseInside("No random numbers were given out");
        places.requireKnown("No random numbers were given out");
        Given given = given();
        Random known = given.random;
        if (known == null) {
            known = seeded();
            given.random = known;
        }
        return known;
    }

    /** The body begins: it is from here on that a {@link #twin} repeats. */
    public synchronized void begin() {
        Given given = given();
        Random known = given.random;
        given.atBegin = known == null ? null : copy(known);
    }

    /** With what it has in store; its serial form is laid down in the documentation of its class. */
    private static Random copy(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(random);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (Random) in.readObject();
            }
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("A random number generator can be copied", e);
        }
    }

    /** Numbers as {@link #random} gives them here, once more from the first since the body began. */
    public synchronized RandomGenerator twin() throws InterruptedException {
        Given given = given();
        Random known = given.twin;
        if (known == null) {
            known = given.atBegin == null ? seeded() : given.atBegin;
            given.twin = known;
        }
        return known;
    }

    private Random seeded() throws InterruptedException {
        return new Random(ByteBuffer.wrap(derived("random", 0)).getLong());
    }

    private Given given() {
        return places.here().of(this, Given::new);
    }

    /** See {@link dev.errand.RunContext#newId}. */
    public synchronized UUID newId() throws InterruptedException {
        steps.refuseInside("No id was given out");
        places.requireKnown("No id was given out");
        Given given = given();
        ByteBuffer bytes = ByteBuffer.wrap(derived("id", given.ids + 1));
        given.ids++;
        long high = (bytes.getLong() & ~0xF000L) | 0x4000L; // version 4
        long low = (bytes.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L; // variant 1
        return new UUID(high, low);
    }

    /** Of which nobody can tell the seed, or others derived from it. */
    private byte[] derived(String what, long number) throws InterruptedException {
        MessageDigest digest = Sha256.digest();
        digest.update(seed());
        digest.update(what.getBytes(StandardCharsets.US_ASCII));
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
        digest.update(places.here().path().getBytes(StandardCharsets.UTF_8));
        return digest.digest();
    }

    private byte[] seed() throws InterruptedException {
        byte[] known = seed;
        if (known == null) {
            known = HexFormat.of().parseHex(steps.only("seed", String.class, StableValues::newSeed));
            seed = known;
        }
        return known;
    }

    private static String newSeed() {
        byte[] bytes = new byte[SEED_BYTES];
        SECURE.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
