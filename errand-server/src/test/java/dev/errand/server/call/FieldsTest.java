package dev.errand.server.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private static Fields item(String json) {
        return Fields.read(json.getBytes(StandardCharsets.UTF_8), "items[3]");
    }

    @Test
    void anObjectOfSeveralSaysWhichItIs() {
        assertThat(item("{\"task\": \"a\"}").someText("task")).isEqualTo("a");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> item("{\"task\": 7}").text("task"))
                .withMessage("items[3].task: text is needed");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> item("{\"task\""))
                .withMessageStartingWith("items[3] is not JSON: line 1, column");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> item("[]"))
                .withMessage("items[3] is not a JSON object");
    }
}
