package dev.errand.store.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void whatIsWrittenIsReadAgain() {
        String text = "quoted \" back\\slash \n tab\t control\u0001 ü \uD83D\uDE00 lone \uD800";
        Object value = Map.of("text", text, "list", List.of(1L, true, List.of(), Map.of()), "n", 2.5);
        assertThat(JsonReader.read(JsonText.of(value))).isEqualTo(value);
    }

    @Test
    void whatOthersWroteIsRead() {
        assertThat(JsonReader.object(" { \"a\" : [ 1 , -2.5e3, null ,false ] , \"b\\u00e4\\/\" : { } } "))
                .containsEntry("bä/", Map.of())
                .containsKey("a");
        assertThat(JsonReader.read("123456789012345678901234567890"))
                .isEqualTo(new BigInteger("123456789012345678901234567890"));
        assertThat(JsonReader.read("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(JsonReader.object(null)).isEmpty();
        assertThat(JsonReader.object("[1]")).isEmpty();
    }

    @Test
    void brokenTextIsNotReadAsSomethingElse() {
        for (String broken : List.of("", "{\"a\":", "[1", "tru", "{a:1}", "\"open")) {
            assertThatThrownBy(() -> JsonReader.read(broken)).as(broken).isInstanceOf(IllegalStateException.class);
        }
    }
}
