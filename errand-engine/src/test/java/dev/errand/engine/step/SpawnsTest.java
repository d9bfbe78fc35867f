package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.engine.record.Recorder;
import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.Store;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that are triggered in a store whose answers are late, or never come. */
class SpawnsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final RunId run = RunId.next(NOW);
    private final List<Spawn> stored = new ArrayList<>();
    private final List<Receipt> heard = new ArrayList<>();
    private boolean answers = true;

    private final Store store = (Store) Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "steps" -> List.of();
                case "spawn" -> spawn((Spawn) arguments[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    @AutoClose
    private final Recorder recorder = new Recorder(store);

    private final StoredJournal journal =
            new StoredJournal(claim(), store, recorder, () -> NOW, heard::add, instant -> {});
    private final Spawns spawns = new Spawns(run, journal);

    private Receipt spawn(Spawn spawn) {
        stored.add(spawn);
        if (!answers) {
            throw new StoreException("no answer");
        }
        return Receipt.RECORDED;
    }

    private Claim claim() {
        byte[] payload = {'1'};
        return new Claim(
                1,
                1,
                run,
                "parent",
                null,
                List.of(),
                1,
                0,
                false,
                false,
                NOW,
                NOW,
                null,
                payload,
                null,
                RunOptions.NONE,
                null);
    }

    private void trigger() {
        Spawns.Spawn spawn = spawns.next("child", null, false);
        assertThat(spawn.before()).isNull();
        byte[] payload = {'1'};
        spawn.trigger(
                new NewRun(RunId.next(NOW), "child", null, List.of(), payload, NOW, NOW, 0, null, RunOptions.NONE));
    }

    private List<String> keys() {
        return stored.stream().map(spawn -> spawn.step().key()).toList();
    }

    @Test
    void whatWasNotAnsweredIsNotTriggeredAgainInThisAttempt() {
        answers = false;
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::trigger).isInstanceOf(StoreException.class).hasMessage("no answer");
        assertThat(Thread.interrupted()).isTrue();
        answers = true;
        assertThatThrownBy(this::trigger)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("Whether run " + run + " has triggered 'child' is not known");
        assertThat(keys()).containsExactly("spawn:child#1");
    }

    @Test
    void whatCouldNotBeReadIsAskedForAgainInItsPlace() {
        trigger();
        spawns.next("child", null, false).takeBack();
        trigger();
        assertThat(keys()).containsExactly("spawn:child#1", "spawn:child#2");
    }

    @Test
    void ofSeveralThatAreTakenBackThePlacesAreTakenAgain() {
        Spawns.Spawn first = spawns.next("child", null, false);
        spawns.next("child", null, false);
        first.takeBack();
        trigger();
        trigger();
        assertThat(keys()).containsExactly("spawn:child#1", "spawn:child#3");
    }

    @Test
    void anAttemptThatIsOverTriggersNothingAndNeedNotBeToldSo() {
        journal.settled();
        assertThatThrownBy(this::trigger).isInstanceOf(ClaimLostException.class);
        assertThat(stored).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void runsOfATaskAreToldApartInOneWay() {
        trigger();
        byte[] text = {'1'};
        assertThatThrownBy(() -> spawns.next("child", text, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("from its body's thread and from others as well");
        spawns.next("other", text, false);
        assertThatThrownBy(() -> spawns.next("other", null, false)).isInstanceOf(IllegalStateException.class);
        spawns.next("child", text, true);
    }
}
