package dev.errand.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.server.call.Members;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerWriterTest {
    private record Price(@Nullable Integer cents, @Nullable String note) {}

    private static String json(Object value) {
        return new String(AnswerWriter.json(value), StandardCharsets.UTF_8);
    }

    @Test
    void nullIsLeftOutUnlessItIsMeant() {
        assertThat(json(new Price(1, null))).isEqualTo("{\"cents\":1}");
        assertThat(json(Members.of("a", null).put("b", 1).put("c", null).map())).isEqualTo("{\"b\":1}");
        assertThat(json(Members.of("a", 1)
                        .putNullable("limit", null)
                        .putNullable("next", 2)
                        .map()))
                .isEqualTo("{\"a\":1,\"limit\":null,\"next\":2}");
    }

    @Test
    void jsonOfRunsKeepsEveryCharacter() {
        assertThat(json(Members.of("output", new Json("{\"n\": 42, \"x\": 1.50, \"none\": null}"))
                        .map()))
                .isEqualTo("{\"output\":{\"n\": 42, \"x\": 1.50, \"none\": null}}");
    }
}
