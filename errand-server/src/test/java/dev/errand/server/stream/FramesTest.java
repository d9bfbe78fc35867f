package dev.errand.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EventPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static String sent(Frames frames) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frames.send(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatWasDeletedIsToldAsAGapAndThenThePlaceAfterIt() throws IOException {
        assertThat(sent(Frames.of(new EventPart(12, List.of(), "0:5", true))))
                .isEqualTo("event: gap\ndata: {\"missed\":12}\n\n:\nid: 0:5\n\n");
    }

    @Test
    void aPartWithoutEventsTellsHowFarItWasLooked() throws IOException {
        assertThat(sent(Frames.of(new EventPart(0, List.of(), "0:5", false)))).isEqualTo(":\nid: 0:5\n\n");
        assertThat(sent(new Frames())).isEmpty();
    }
}
