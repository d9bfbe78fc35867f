package dev.errand.engine.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.RunId;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Defaults;
import dev.errand.engine.task.Offer;
import dev.errand.engine.task.Tasks;
import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Claim claim(int redeliveries) {
        return new Claim(
                1,
                1,
                RunId.next(),
                "task",
                null,
                List.of(),
                1,
                redeliveries,
                redeliveries > 0,
                false,
                NOW,
                NOW,
                null,
                new byte[0],
                null,
                RunOptions.NONE,
                null);
    }

    private static Slots slots(int limit) {
        Tasks none = new Tasks(
                new Offer(Set.of(), Machine.MICRO),
                new Defaults(Retry.none(), null, null, null),
                List.of(),
                new Contracts(new Codec()));
        return new Slots(limit, new Admission(Machine.MICRO, none, Clock.systemUTC()));
    }

    private static List<Claim> claims(int count) {
        return Stream.generate(() -> claim(0)).limit(count).toList();
    }

    @Test
    void asManyStartAsThereAreSlotsInTheirOrder() {
        Slots slots = slots(2);
        List<Claim> three = claims(3);
        slots.add(three);
        assertThat(slots.take()).isSameAs(three.get(0));
        assertThat(slots.take()).isSameAs(three.get(1));
        assertThat(slots.take()).isNull();
        slots.free(claim(0));
        assertThat(slots.take()).isSameAs(three.get(2));
    }

    @Test
    void aRunThatKilledProcessesDoesNotHoldUpOthersForLong() {
        Slots slots = slots(3);
        Claim long1 = claim(0);
        Claim dangerous = claim(2);
        Claim harmless = claim(0);
        slots.add(List.of(long1, dangerous, harmless));
        assertThat(slots.take()).isSameAs(long1);
        assertThat(slots.take()).as("the node may become idle in a moment").isNull();
        Claim next = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (next == null && System.nanoTime() < deadline) {
            next = slots.take();
        }
        assertThat(next).isSameAs(harmless);
        slots.free(claim(0));
        slots.free(claim(0));
        assertThat(slots.take()).as("it starts once nothing else runs").isSameAs(dangerous);
    }

    @Test
    void noMoreAreWantedThanCanStart() {
        Slots slots = slots(3);
        assertThat(slots.wanted()).isEqualTo(3);
        slots.add(claims(3));
        assertThat(slots.wanted()).isZero();
        slots.take();
        slots.take();
        slots.take();
        assertThat(slots.wanted()).isZero();
    }

    @Test
    void quickBodiesAreClaimedAhead() {
        Slots slots = slots(1);
        slots.wanted();
        slots.add(claims(100));
        for (int i = 0; i < 100; i++) {
            slots.take();
            slots.free(claim(0));
        }
        assertThat(slots.wanted()).isGreaterThan(1);
    }

    @Test
    void bodiesThatEndTogetherAfterAWhileAreNotTakenForQuickOnes() {
        // given
        Slots slots = slots(200);
        slots.add(claims(200));
        Stream.generate(slots::take)
                .limit(200)
                .forEach(claim -> assertThat(claim).isNotNull());
        slots.wanted();
        // when
        for (int i = 0; i < 200; i++) {
            slots.took(TimeUnit.MILLISECONDS.toNanos(400));
            slots.free(claim(0));
        }
        // then
        assertThat(slots.wanted())
                .as("for the slots, and as many as end in 40 ms")
                .isBetween(200, 220);
    }

    @Test
    void aLowerLimitEndsNothingAndStartsNothingUntilItIsMet() {
        Slots slots = slots(4);
        slots.add(claims(6));
        Stream.generate(slots::take).limit(4).forEach(claim -> assertThat(claim).isNotNull());
        slots.limit(1);
        assertThat(slots.running()).isEqualTo(4);
        for (int running = 4; running > 1; running--) {
            slots.free(claim(0));
            assertThat(slots.take()).as("%d still run", running - 1).isNull();
        }
        slots.free(claim(0));
        assertThat(slots.take()).isNotNull();
        assertThat(slots.take()).isNull();
    }

    @Test
    void aRunThatTookItsProcessDownTwiceStartsAlone() {
        Slots slots = slots(2);
        slots.add(List.of(claim(1), claim(2), claim(0)));
        assertThat(slots.take()).isNotNull();
        assertThat(slots.take()).isNull();
        slots.free(claim(0));
        assertThat(slots.take()).extracting(Claim::redeliveries).isEqualTo(2);
        assertThat(slots.take()).isNull();
        slots.free(claim(0));
        assertThat(slots.take()).isNotNull();
    }

    @Test
    void claimsThatCannotStartAreGivenBack() {
        Slots slots = slots(1);
        slots.add(claims(3));
        slots.take();
        assertThat(slots.stale(TimeUnit.HOURS.toNanos(1))).isEmpty();
        assertThat(slots.stale(0)).hasSize(2);
        assertThat(slots.anyWaiting()).isFalse();
    }

    @Test
    void nothingStartsOnceStopped() {
        Slots slots = slots(2);
        slots.add(claims(2));
        assertThat(slots.stop()).hasSize(2);
        slots.add(claims(1));
        assertThat(slots.take()).isNull();
        assertThat(slots.wanted()).isZero();
    }

    @Test
    void aWaitingClaimIsTakenOutOnce() {
        Slots slots = slots(1);
        Claim claim = claim(0);
        slots.add(List.of(claim));
        assertThat(slots.remove(claim.run())).isSameAs(claim);
        assertThat(slots.remove(claim.run())).isNull();
    }
}
