package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class WorkTest {
    private final JsonMapper mapper = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 399_999, Integer.MAX_VALUE})
    void aPayloadHas120BytesWhateverItsNumber(int number) {
        assertThat(Work.json(number)).hasSize(Work.PAYLOAD_BYTES);
        assertThat(mapper.writeValueAsBytes(Work.order(number))).hasSize(Work.PAYLOAD_BYTES);
    }

    @Test
    void plainSqlAndEngineCarryTheSamePayload() {
        // when
        String plain = new String(Work.json(42), StandardCharsets.UTF_8);
        // then
        assertThat(mapper.readValue(plain, Work.Order.class)).isEqualTo(Work.order(42));
    }
}
