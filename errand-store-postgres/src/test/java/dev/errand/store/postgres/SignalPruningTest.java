package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.SignalAnswer;
import dev.errand.store.Claim;
import dev.errand.store.copy.StoreCopy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signals of transactions that stay open while their run ends and is deleted. */
class SignalPruningTest {
    private static final byte[] ONE = "1".getBytes(StandardCharsets.UTF_8);

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private String rows(String table) {
        return String.valueOf(nodes.server.query(nodes.database, "select count(*) from errand." + table));
    }

    /** It was sent a signal by a transaction that was open when the run was deleted. */
    private void deleted() throws Exception {
        Claim gone = nodes.waits("value");
        try (Connection connection = nodes.begin()) {
            assertThat(nodes.first.signals().send(connection, gone.run(), "go", ONE))
                    .isEqualTo(SignalAnswer.OK);
            assertThat(nodes.first.purge(gone.run(), true)).isEqualTo(PurgeAnswer.PURGED);
            connection.commit();
        }
    }

    @Test
    void valuesThatAreNamedLikeMailboxesHoldNothingUp() throws Exception {
        nodes.first.values().set("\u0001mine", 0, ONE);
        nodes.first.values().set("\u0001signal:mine", 0, ONE);
        deleted();
        assertThat(rows("signal")).isEqualTo("1");
        nodes.first.prune(Retention.forever(), 100);
        assertThat(rows("signal")).isEqualTo("0");
        assertThat(rows("value")).isEqualTo("2");
    }

    @Test
    void whatWasSentToRunsThatAreGoneIsNotCopied() throws Exception {
        Claim stays = nodes.waits("value");
        nodes.first.signals().send(stays.run(), "go", ONE);
        deleted();
        nodes.first.close();
        nodes.second.close();
        String from = nodes.server.url(nodes.database);
        assertThat(new StoreCopy(from, from + "&errand.schema=copied")
                        .run(progress -> {})
                        .signals())
                .isOne();
    }

    @Test
    void whatTheyHaveSentIsWaitedForByNobodyAndDeletedLater() throws Exception {
        Claim stays = nodes.waits("value");
        nodes.first.signals().send(stays.run(), "go", ONE);
        deleted();
        assertThat(rows("signal")).isEqualTo("2");
        nodes.first.prune(Retention.forever(), 100);
        assertThat(rows("signal")).isEqualTo("1");
        assertThat(rows("value")).isEqualTo("1");
        assertThat(nodes.first.signals().unreceived(stays.run())).hasSize(1);
        assertThat(nodes.state(stays.run())).isEqualTo(RunState.WAITING);
    }
}
