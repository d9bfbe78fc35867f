package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Blob;
import dev.errand.Blobs;
import dev.errand.Errand;
import dev.errand.testkit.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes too large for a message. */
class BlobsTest {
    private static final String TEXT = "text/plain";
    private static final Duration DAY = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path folder;

    private String url;
    private Errand errand;
    private Blobs blobs;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        errand = Errand.builder().store(url).clock(clock).open();
        blobs = errand.blobs();
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Blob put(String name, String text) {
        try {
            return blobs.put(name, TEXT, DAY, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Blob blob) throws IOException {
        return new String(blob.open().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String text(String name) throws IOException {
        return text(blobs.find(name).orElseThrow());
    }

    @Test
    void everyByteIsFoundAgainByOthersToo() throws IOException {
        for (int size : List.of(0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_000_000)) {
            byte[] bytes = new byte[size];
            ThreadLocalRandom.current().nextBytes(bytes);
            Blob put = blobs.put("a/b", "image/png", DAY, new ByteArrayInputStream(bytes));
            assertThat(put.size()).isEqualTo(size);
            try (Errand other =
                    Errand.builder().store(url).clock(clock).concurrency(0).open()) {
                Blob found = other.blobs().find("a/b").orElseThrow();
                assertThat(found.open().readAllBytes()).isEqualTo(bytes);
                assertThat(found.open().readAllBytes()).as("once more").isEqualTo(bytes);
                assertThat(List.of(found.name(), found.type())).containsExactly("a/b", "image/png");
                assertThat(found.size()).isEqualTo(size);
                assertThat(found.createdAt()).isEqualTo(put.createdAt());
                assertThat(found.keptUntil()).isEqualTo(put.createdAt().plus(DAY));
            }
        }
    }

    @Test
    void oneByteAtATimeIsReadToo() throws IOException {
        try (InputStream bytes = put("a", "\u00ff").open()) {
            assertThat(List.of(bytes.read(), bytes.read(), bytes.read())).containsExactly(0xc3, 0xbf, -1);
            assertThat(bytes.read(new byte[0])).isZero();
        }
    }

    @Test
    void whatBreaksOffLeavesWhatWasThere() throws IOException {
        put("a", "before");
        InputStream breaks = new SequenceInputStream(new ByteArrayInputStream(new byte[600_000]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> blobs.put("a", TEXT, DAY, breaks))
                .withMessage("gone");
        assertThat(text("a")).isEqualTo("before");
    }

    @Test
    void whatIsReplacedOrDeletedWhileItIsReadBreaksOff() {
        Blob first = put("a", "first");
        Blob second = put("a", "second");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(first))
                .withMessageContaining("the blob a was replaced or deleted");
        assertThat(blobs.delete("a")).isTrue();
        assertThat(blobs.delete("a")).isFalse();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> text(second));
        assertThat(blobs.find("a")).isEmpty();
    }

    @Test
    void namesTypesAndLivesAreWhatTheyCanBe() {
        InputStream none = InputStream.nullInputStream();
        for (String name : List.of("", "n".repeat(Blobs.LONGEST_NAME + 1), "a\nb", "\0")) {
            assertThatIllegalArgumentException().isThrownBy(() -> blobs.put(name, TEXT, DAY, none));
            assertThat(blobs.find(name)).isEmpty();
            assertThat(blobs.delete(name)).isFalse();
        }
        for (String type : List.of("", "t".repeat(256), "text/plain\r\nx: y", "\u00fc")) {
            assertThatIllegalArgumentException().isThrownBy(() -> blobs.put("a", type, DAY, none));
        }
        for (Duration life : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(4_000))) {
            assertThatIllegalArgumentException().isThrownBy(() -> blobs.put("a", TEXT, life, none));
        }
        assertThat(blobs.find("a")).isEmpty();
    }

    @Test
    void whatIsPastItsTimeIsDeletedByANode() throws Exception {
        Blob blob = put("a", "old");
        clock.advance(DAY.minusSeconds(1));
        put("b", "young");
        assertThat(text("a")).isEqualTo("old");
        clock.advance(Duration.ofSeconds(1));
        assertThat(blobs.find("a")).isEmpty();
        long end = System.nanoTime() + Soon.SOON.toNanos();
        boolean there = true;
        while (there) {
            assertThat(System.nanoTime()).as("it is deleted").isLessThan(end);
            Thread.sleep(20); // nobody tells of it
            there = isThere(blob);
        }
        assertThat(text("b")).isEqualTo("young");
    }

    private static boolean isThere(Blob blob) {
        try {
            return !text(blob).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
