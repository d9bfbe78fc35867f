package dev.errand.engine.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.engine.json.Codec;
import dev.errand.engine.step.Bookmark;
import dev.errand.engine.step.Said;
import dev.errand.engine.step.Said.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final String TOP = "";

    private final Tally tally = new Tally(Said.NOTHING);

    @Test
    void whatIsSaidAgainIsNotNew() {
        assertThat(tally.isNew(TOP, Kind.ITEM)).isTrue();
        assertThat(tally.isNew("@a@0", Kind.ITEM)).isTrue();
        Tally next = new Tally(tally.said());
        assertThat(next.isNew(TOP, Kind.ITEM)).isFalse();
        assertThat(next.isNew(TOP, Kind.LINE)).isTrue();
        assertThat(next.isNew("@a@0", Kind.ITEM)).isFalse();
        assertThat(next.isNew("@a@0", Kind.ITEM)).isTrue();
        assertThat(next.isNew("@a@1", Kind.ITEM)).isTrue();
    }

    @Test
    void whatIsOverIsForgottenWithAllThatIsInIt() {
        tally.isNew("@a@1", Kind.ITEM);
        tally.isNew("@a@1/b.c#1", Kind.ITEM);
        tally.isNew("@a@10", Kind.ITEM);
        tally.over(path -> path.matches("@a@1(/.*)?"));
        assertThat(tally.said()).isEqualTo(new Said(Map.of(), Map.of("@a@10", Map.of(Kind.ITEM, 1))));
        tally.over("@a@10"::equals);
        assertThat(tally.said()).isEqualTo(Said.NOTHING);
    }

    @Test
    void aBranchThatIsCalledAgainSaysAgainWhatItSaid() {
        tally.isNew("b.c#1", Kind.LINE);
        tally.isNew("b.d#1", Kind.LINE);
        tally.again("b.c#1"::equals);
        assertThat(tally.isNew("b.c#1", Kind.LINE)).isFalse();
        assertThat(tally.isNew("b.c#1", Kind.LINE)).isTrue();
        assertThat(tally.isNew("b.d#1", Kind.LINE)).isTrue();
    }

    @Test
    void bookmarksOfTheVersionBeforeAreRead() throws Exception {
        Codec codec = new Codec();
        String json = "{\"attempt\":1,\"began\":\"2026-03-01T12:00:00Z\",\"timeoutAt\":null,\"active\":\"PT1S\","
                + "\"waitsFor\":\"wait:nap#1\",\"said\":{\"times\":{\"ITEM\":2}}}";
        Bookmark read = (Bookmark) codec.read(json.getBytes(StandardCharsets.UTF_8), Bookmark.class);
        assertThat(read)
                .isEqualTo(new Bookmark(
                        1,
                        Instant.parse("2026-03-01T12:00:00Z"),
                        null,
                        Duration.ofSeconds(1),
                        "wait:nap#1",
                        new Said(Map.of(Kind.ITEM, 2), null),
                        null));
        tally.isNew("@a@1", Kind.EVENT);
        Bookmark next = new Bookmark(1, read.began(), null, read.active(), "loop:a#1", tally.said(), 40L);
        assertThat(codec.read(codec.write(next), Bookmark.class)).isEqualTo(next);
    }
}
