package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.BlobStore.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Bytes under names, in pieces. */
public abstract class BlobConformance extends StoreTest {
    private static final String NAME = "trigger/packet_1 ü😀/payload.json";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Instant later() {
        return clock.instant().plus(MINUTE);
    }

    private Entry entry(String name, String id) {
        return new Entry(name, id, "application/json; charset=utf-8", 12, clock.instant(), later());
    }

    private Entry published(String name, String id, String... pieces) {
        for (int i = 0; i < pieces.length; i++) {
            store.blobs().write(id, i, bytes(pieces[i]), later());
        }
        Entry entry = entry(name, id);
        store.blobs().publish(entry);
        return entry;
    }

    private void assertPiece(String id, int number, String text) {
        assertThat(store.blobs().read(id, number))
                .hasValueSatisfying(piece -> assertThat(piece).isEqualTo(bytes(text)));
    }

    @Test
    void whatIsPublishedIsFoundInEveryProcessAndLater() {
        Entry entry = published(NAME, "a", "one", "two");
        assertThat(store.blobs().find(NAME)).contains(entry);
        assertThat(open().blobs().find(NAME)).contains(entry);
        reopen();
        assertThat(store.blobs().find(NAME)).contains(entry);
        assertPiece("a", 0, "one");
        assertPiece("a", 1, "two");
        assertThat(store.blobs().read("a", 2)).isEmpty();
        assertThat(store.blobs().find(NAME.toUpperCase(Locale.ROOT))).isEmpty();
    }

    @Test
    void piecesAreFoundByNobodyBeforeTheyArePublished() {
        store.blobs().write("a", 0, bytes("one"), later());
        assertThat(store.blobs().find(NAME)).isEmpty();
        store.blobs().discard("a");
        assertThat(store.blobs().read("a", 0)).isEmpty();
    }

    @Test
    void everyByteIsKept() {
        byte[] large = new byte[300_000];
        ThreadLocalRandom.current().nextBytes(large);
        store.blobs().write("a", 0, large, later());
        assertThat(store.blobs().read("a", 0))
                .hasValueSatisfying(piece -> assertThat(piece).isEqualTo(large));
    }

    @Test
    void whatIsSentTwiceIsStoredOnce() {
        Entry entry = published(NAME, "a", "one");
        store.blobs().write("a", 0, bytes("one"), later());
        store.blobs().publish(entry);
        assertThat(store.blobs().find(NAME)).contains(entry);
        assertPiece("a", 0, "one");
    }

    @Test
    void whatIsPublishedAnewTakesThePlaceOfWhatWasThere() {
        published(NAME, "a", "one");
        Entry other = published("another", "c", "three");
        Entry entry = published(NAME, "b", "two");
        assertThat(store.blobs().find(NAME)).contains(entry);
        assertThat(store.blobs().read("a", 0)).as("nobody finds it").isEmpty();
        assertPiece("b", 0, "two");
        assertThat(store.blobs().find("another")).contains(other);
        assertPiece("c", 0, "three");
    }

    @Test
    void oneIsDeletedOnce() {
        published(NAME, "a", "one");
        published("another", "b", "two");
        assertThat(store.blobs().delete(NAME)).isTrue();
        assertThat(store.blobs().delete(NAME)).isFalse();
        assertThat(store.blobs().find(NAME)).isEmpty();
        assertThat(store.blobs().read("a", 0)).isEmpty();
        assertPiece("b", 0, "two");
    }

    @Test
    void whatIsPastItsTimeIsDeletedPublishedOrNot() {
        published("old", "a", "one", "two");
        store.blobs().write("left", 0, bytes("three"), later());
        clock.advance(MINUTE.minusSeconds(1));
        Entry young = published("young", "b", "four");
        assertThat(store.blobs().prune(100)).isZero();
        assertThat(store.blobs().find("old")).isPresent();
        clock.advance(MINUTE.dividedBy(2));
        assertThat(store.blobs().prune(2)).as("some at a time").isEqualTo(2);
        assertThat(store.blobs().prune(2)).isEqualTo(1);
        assertThat(store.blobs().find("old")).isEmpty();
        assertThat(store.blobs().read("left", 0)).isEmpty();
        assertThat(store.blobs().find("young")).contains(young);
        assertPiece("b", 0, "four");
    }
}
