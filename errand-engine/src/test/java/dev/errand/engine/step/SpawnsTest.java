package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.ClaimLostException;
import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.engine.record.Recorder;
import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that are triggered in a store whose answers are late, or never come. */
class SpawnsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final RunId run = RunId.next(NOW);
    private final List<Spawn> stored = new ArrayList<>();
    private final List<StepEntry> kept = new ArrayList<>();
    private final List<Receipt> heard = new ArrayList<>();
    private final List<String> full = new ArrayList<>();
    private boolean answers = true;

    private final Store store = (Store) Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "steps" -> List.copyOf(kept);
                case "spawn" -> spawn((Spawn) arguments[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    @AutoClose
    private final Recorder recorder = new Recorder(store);

    private final StoredJournal journal = journal();
    private Spawns spawns = new Spawns(run, journal, new Places());

    private StoredJournal journal() {
        return new StoredJournal(claim(), store, recorder, () -> NOW, heard::add, instant -> {});
    }

    private void callAgain() {
        spawns = new Spawns(run, journal(), new Places());
    }

    private Receipt spawn(Spawn spawn) {
        stored.add(spawn);
        if (full.remove(new String(spawn.runs().getFirst().payload(), StandardCharsets.UTF_8))) {
            throw new QueueFullException("mail", 1, 1);
        }
        if (!answers) {
            throw new StoreException("no answer");
        }
        kept.add(spawn.step());
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

    private Spawns.Spawn next(String task, String text, boolean inOrder, boolean perAttempt) {
        return spawns.next(task, () -> text.getBytes(StandardCharsets.UTF_8), inOrder, perAttempt);
    }

    private void trigger() {
        trigger("1");
    }

    private void trigger(String text) {
        Spawns.Spawn spawn = next("child", text, true, false);
        assertThat(spawn.before()).isNull();
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
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
        next("child", "1", true, false).takeBack();
        trigger();
        assertThat(keys()).containsExactly("spawn:child#1", "spawn:child#2");
    }

    @Test
    void ofSeveralThatAreTakenBackThePlacesAreTakenAgain() {
        Spawns.Spawn first = next("child", "1", true, false);
        next("child", "1", true, false);
        first.takeBack();
        trigger();
        trigger();
        assertThat(keys()).containsExactly("spawn:child#1", "spawn:child#3");
    }

    @Test
    void whatWasRefusedKeepsItsPlaceForWhoSaysTheSame() {
        full.addAll(List.of("1", "1"));
        assertThatThrownBy(() -> trigger("1")).isInstanceOf(QueueFullException.class);
        trigger("2");
        assertThatThrownBy(() -> trigger("1")).isInstanceOf(QueueFullException.class);
        trigger("3");
        trigger("1");
        trigger("1");
        assertThat(keys())
                .containsExactly(
                        "spawn:child#1",
                        "spawn:child#2",
                        "spawn:child#1",
                        "spawn:child:" + hash("3") + "#1",
                        "spawn:child#1",
                        "spawn:child:" + hash("1") + "#1");
    }

    private static String hash(String text) {
        return Occurrences.hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private Spawns.@Nullable Triggered before(String text) {
        return next("child", text, true, false).before();
    }

    @Test
    void whatFollowsWhatWasAskedForAgainIsNeverTakenForAnother() {
        full.add("a");
        assertThatThrownBy(() -> trigger("a")).isInstanceOf(QueueFullException.class);
        trigger("a");
        trigger("b");
        RunId a = stored.get(1).runs().getFirst().id();
        RunId b = stored.get(2).runs().getFirst().id();
        Spawns.Triggered ofA = new Spawns.Triggered(a, false);
        Spawns.Triggered ofB = new Spawns.Triggered(b, false);
        callAgain(); // by one who asks until there is room
        assertThat(before("a")).isEqualTo(ofA);
        assertThat(before("b")).isEqualTo(ofB);
        callAgain(); // by one who goes on without
        assertThat(before("a")).isEqualTo(ofA);
        trigger("a");
        assertThat(before("b")).isEqualTo(ofB);
        callAgain();
        assertThat(before("a")).isEqualTo(ofA);
        assertThat(before("a")).isNotNull().isNotIn(ofA, ofB);
        assertThat(before("b")).isEqualTo(ofB);
    }

    @Test
    void aRefusalThatNobodyAsksForAgainLeavesAllByTheirOrder() {
        full.add("a");
        assertThatThrownBy(() -> trigger("a")).isInstanceOf(QueueFullException.class);
        trigger("b");
        callAgain();
        assertThat(before("another a")).isNull();
        assertThat(before("another b")).isNotNull();
    }

    @Test
    void whatWasRefusedAndThenNotReadKeepsItsPlace() {
        full.add("1");
        assertThatThrownBy(() -> trigger("1")).isInstanceOf(QueueFullException.class);
        next("child", "1", true, false).takeBack();
        trigger("2");
        trigger("1");
        assertThat(keys()).containsExactly("spawn:child#1", "spawn:child:" + hash("2") + "#1", "spawn:child#1");
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
        assertThatThrownBy(() -> next("child", "1", false, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("from its body's thread and from others as well");
        next("other", "1", false, false);
        assertThatThrownBy(() -> next("other", "1", true, false)).isInstanceOf(IllegalStateException.class);
        next("child", "1", false, true);
    }
}
