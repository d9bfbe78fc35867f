package dev.errand.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.client.Frames.Frame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Server-sent events, as they stand in a stream. */
class FramesTest {
    private static List<Frame> read(String text) throws IOException {
        List<Frame> all = new ArrayList<>();
        try (Frames frames = new Frames(new ByteArrayInputStream(text.getBytes(UTF_8)))) {
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                all.add(frame);
            }
        }
        return all;
    }

    @Test
    void aFrameHasAnIdAnEventAndDataOfSomeLines() throws IOException {
        assertThat(read("id: 7\nevent: run.state\ndata: {\ndata:  \"ü\"}\n\n"))
                .containsExactly(new Frame("7", "run.state", "{\n \"ü\"}"));
    }

    @Test
    void aHeartbeatOnlyTellsWhereItIs() throws IOException {
        assertThat(read(":\n\n:\nid: 9\n\n"))
                .containsExactly(new Frame(null, "message", null), new Frame("9", "message", null));
    }

    @Test
    void whatBreaksOffIsNoFrame() throws IOException {
        assertThat(read("id: 7\nevent: a\ndata: 1\n")).isEmpty();
    }
}
