package dev.errand.engine.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.engine.json.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunMetadataTest {
    private final List<String> written = new ArrayList<>();
    private final RunMetadata metadata = new RunMetadata(new Codec(), "{\"count\":2}", () -> true, written::add);

    @Test
    void itBeginsWithWhatTheRunHas() {
        assertThat(metadata.all()).isEqualTo(Map.of("count", 2));
        assertThat(written).isEmpty();
    }

    @Test
    void eachChangeIsWrittenAsAWhole() {
        metadata.set("phase", "load").increment("count", 3).append("files", "a").append("files", "b");
        assertThat(metadata.all()).isEqualTo(Map.of("count", 5L, "phase", "load", "files", List.of("a", "b")));
        assertThat(written).hasSize(4);
        assertThat(written.getLast()).contains("\"count\":5", "\"phase\":\"load\"", "[\"a\",\"b\"]");
    }

    @Test
    void numbersStayWholeWhileTheyCan() {
        metadata.increment("new", 1).increment("half", 0.5);
        assertThat(metadata.get("new")).isEqualTo(1L);
        assertThat(metadata.get("half")).isEqualTo(0.5);
    }

    @Test
    void nullRemoves() {
        metadata.set("count", null);
        assertThat(metadata.all()).isEmpty();
        assertThat(written).containsExactly("{}");
    }

    @Test
    void whatCannotBeAddedToIsNamedAndStays() {
        metadata.set("phase", "load");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.increment("phase", 1))
                .withMessageContaining("'phase' is load");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.append("phase", 1))
                .withMessageContaining("no list");
        assertThat(metadata.get("phase")).isEqualTo("load");
    }

    @Test
    void aValueThatIsNoJsonIsRefusedAndTheOldOneStays() {
        List<Object> ring = new ArrayList<>();
        ring.add(ring);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.set("count", ring))
                .withMessageContaining("'count'");
        assertThat(metadata.get("count")).isEqualTo(2);
    }
}
