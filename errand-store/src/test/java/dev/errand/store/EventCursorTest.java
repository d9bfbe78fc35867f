package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCursorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x", "0", ",", "0:1,", "0:", ":1", "0:-1", "0:1/", "0:1/-2", "0:1;1:2", "0:1/2/3", " 0:1",
                "0:9999999999999999999", "0:1/9999999999", "0:1 ", "٣:٤"
            })
    void whatCannotBeAPlaceIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventCursor.parse(text))
                .withMessage("this is no place in the log of events");
    }

    @Test
    void oneThatIsTooLongIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> EventCursor.parse("1:1,".repeat(5_000) + "1:1"));
    }

    @Test
    void itIsReadAsItIsWritten() {
        for (String text : new String[] {"", "0:17", "0:17/3", "0:1,4:20/1,9:3"}) {
            assertThat(EventCursor.of(EventCursor.parse(text).places()).text()).isEqualTo(text);
        }
    }

    @Test
    void placesOfDifferentStreamsHaveNoOrder() {
        EventCursor one = new EventCursor("1:5,2:7/2");
        EventCursor other = new EventCursor("1:4,2:8");
        assertThat(one.covers(other)).isFalse();
        assertThat(other.covers(one)).isFalse();
        assertThat(one.with(other)).isEqualTo(new EventCursor("1:5,2:8"));
        assertThat(one.covers(new EventCursor("2:7/1"))).isTrue();
        assertThat(one.covers(new EventCursor("2:7/3"))).isFalse();
        assertThat(one.covers(new EventCursor("2:7"))).isFalse();
        assertThat(one.covers(new EventCursor("3:1"))).isFalse();
        assertThat(new EventCursor("2:7").covers(new EventCursor("2:7/3"))).isTrue();
        assertThat(one.covers(EventCursor.START)).isTrue();
    }
}
