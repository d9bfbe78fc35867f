package dev.errand.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import dev.errand.store.postgres.server.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CandidateTest {
    private static final PostgresServer SERVER = PostgresServer.shared();

    /** A database with two nodes, of which each has a connection. */
    private record Two(Db db, Layout first, Layout second) implements AutoCloseable {
        static Two of(Candidate candidate, boolean keyed) throws Exception {
            Db db = new Db(SERVER.url(SERVER.createDatabase()));
            db.run(candidate.tables());
            db.run("""
                    insert into errand.node (number, name, pid, concurrency, started, beat)
                    values (1, 'first', 0, 0, 0, 0), (2, 'second', 0, 0, 0, 0)
                    """);
            return new Two(db, candidate.layout(db, 1, keyed), candidate.layout(db, 2, keyed));
        }

        void store(NewRun... runs) throws Exception {
            db.begin();
            first.enqueue(List.of(runs), new Events(1).stored(List.of(runs), Micros.now()));
            db.commit();
        }

        @Override
        public void close() throws Exception {
            db.close();
        }
    }

    private static NewRun run(int number, int priority, @Nullable String key) {
        int task = key == null ? NewRun.PLAIN : NewRun.KEYED;
        return new NewRun(RunId.next(), number, task, priority, key, Micros.now());
    }

    private static List<Integer> numbers(List<HeldRun> runs) {
        return runs.stream().map(HeldRun::number).toList();
    }

    /** As a lane does it. */
    private static void end(Layout layout, List<HeldRun> runs) throws Exception {
        runs.forEach(run -> run.hold().outstanding--);
        layout.end(runs, Micros.now());
    }

    @ParameterizedTest
    @EnumSource
    void runsAreClaimedInTheOrderOfTheirHeadStarts(Candidate candidate) throws Exception {
        try (Two two = Two.of(candidate, false)) {
            two.store(run(0, 0, null), run(1, 60, null), run(2, 0, null), run(3, 3600, null));

            assertThat(numbers(two.first.claim(10))).containsExactly(3, 1, 0, 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noRunIsClaimedByTwo(Candidate candidate) throws Exception {
        try (Two two = Two.of(candidate, false)) {
            List<NewRun> runs = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                runs.add(run(i, 0, null));
            }
            two.store(runs.toArray(NewRun[]::new));

            List<Integer> all = new ArrayList<>(numbers(two.first.claim(700)));
            all.addAll(numbers(two.second.claim(700)));

            assertThat(all).hasSize(1_200).doesNotHaveDuplicates();
            assertThat(two.first.claim(700)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotUnderItsClaimAnyMoreCannotEnd(Candidate candidate) throws Exception {
        try (Two two = Two.of(candidate, false)) {
            two.store(run(0, 0, null));
            List<HeldRun> held = two.first.claim(10);
            end(two.first, held);

            assertThatThrownBy(() -> two.first.end(held, Micros.now())).hasMessageContaining("not under their claims");
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsOfAKeyAreWithOneNodeAtATimeAndKeysTakeTurns(Candidate candidate) throws Exception {
        try (Two two = Two.of(candidate, true)) {
            two.store(run(0, 0, "a"), run(1, 0, "b"));
            two.store(run(2, 0, "a"), run(3, 60, "c"));

            List<HeldRun> first = two.first.claim(2);
            List<HeldRun> second = two.second.claim(10);
            assertThat(numbers(first)).containsExactlyInAnyOrder(0, 1);
            assertThat(numbers(second)).containsExactly(3);

            end(two.first, first);
            assertThat(numbers(two.second.claim(10))).containsExactly(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunWithAHeadStartThatCameLaterWaitsForTheOneOfItsKeyThatIsHeld(Candidate candidate) throws Exception {
        try (Two two = Two.of(candidate, true)) {
            two.store(run(0, 0, "a"));
            List<HeldRun> first = two.first.claim(10);
            two.store(run(1, 3600, "a"));

            assertThat(two.second.claim(10)).isEmpty();
            end(two.first, first);
            assertThat(numbers(two.second.claim(10))).containsExactly(1);
        }
    }
}
