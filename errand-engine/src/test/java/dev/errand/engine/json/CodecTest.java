package dev.errand.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.Json;
import dev.errand.TypeRef;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    record Photo(String path, int width) {}

    record Album(List<Photo> photos, Instant at, Duration length, LocalDate day) {}

    private final Codec codec = new Codec();

    private String text(Object value) throws UnfitException {
        return new String(codec.write(value), StandardCharsets.UTF_8);
    }

    private @Nullable Object read(String json, java.lang.reflect.Type type) throws UnfitException {
        return codec.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private UnfitException refused(String json, java.lang.reflect.Type type) {
        return catchThrowableOfType(UnfitException.class, () -> read(json, type));
    }

    @Test
    void recordsListsAndTimesComeBackAsTheyWere() throws UnfitException {
        Album album = new Album(
                List.of(new Photo("a.png", 64)),
                Instant.parse("2026-01-01T12:00:00.123456Z"),
                Duration.ofSeconds(90),
                LocalDate.of(2026, 2, 28));
        assertThat(read(text(album), Album.class)).isEqualTo(album);
    }

    @Test
    void typesWithArgumentsAreRead() throws UnfitException {
        Object photos = read("[{\"path\":\"a\",\"width\":1}]", new TypeRef<List<Photo>>() {}.type());
        assertThat(photos).isEqualTo(List.of(new Photo("a", 1)));
    }

    @Test
    void timesAreWrittenAsPeopleReadThem() throws UnfitException {
        assertThat(text(Instant.parse("2026-01-01T12:00:00Z"))).isEqualTo("\"2026-01-01T12:00:00Z\"");
        assertThat(text(Duration.ofSeconds(90))).isEqualTo("\"PT1M30S\"");
    }

    @Test
    void unknownFieldsAreIgnored() throws UnfitException {
        assertThat(read("{\"path\":\"a\",\"width\":1,\"new\":true}", Photo.class))
                .isEqualTo(new Photo("a", 1));
    }

    @Test
    void aMissingFieldOfAPrimitiveIsRefused() {
        assertThat(refused("{\"path\":\"a\",\"width\":null}", Photo.class).path())
                .isEqualTo("/width");
    }

    @Test
    void aFieldOfAnotherTypeIsRefusedWithItsPath() {
        UnfitException error =
                refused("{\"photos\":[{\"path\":\"a\",\"width\":1},{\"path\":\"b\",\"width\":\"wide\"}]}", Album.class);
        assertThat(error.path()).isEqualTo("/photos/1/width");
        assertThat(error.reason()).contains("wide").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"64\"", "6.5", "true", "[]", "99999999999"})
    void whatIsNoWholeNumberIsNotTakenForOne(String width) {
        assertThat(refused("{\"path\":\"a\",\"width\":" + width + "}", Photo.class)
                        .path())
                .isEqualTo("/width");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":}", "[1,", "{} {}", "nul", "{'a':1}"})
    void jsonThatIsNoneIsRefused(String text) {
        assertThat(catchThrowableOfType(UnfitException.class, () -> codec.write(new Json(text))))
                .as(text)
                .isNotNull();
    }

    @Test
    void jsonPassesAsItIs() throws UnfitException {
        assertThat(text(new Json(" {\"b\": 1,  \"a\": null} "))).isEqualTo("{\"b\": 1,  \"a\": null}");
        assertThat(read("{\"b\": 1}", Json.class)).isEqualTo(new Json("{\"b\": 1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"customer\":{\"id\":\"ada\"}}|ada",
                "{\"customer\":{\"id\":7}}|7",
                "{\"customer\":{\"id\":true}}|true",
                "{\"customer\":{\"id\":null}}|",
                "{\"customer\":{\"id\":[1]}}|",
                "{\"customer\":\"ada\"}|",
                "{\"customer.id\":\"ada\"}|",
                "[1]|",
                "null|"
            })
    void aPlaceInAPayloadIsReadAsText(String json, @Nullable String expected) {
        assertThat(codec.textAt(json.getBytes(StandardCharsets.UTF_8), "customer.id"))
                .isEqualTo(expected);
    }

    @Test
    void aValueThatRefersToItselfIsRefused() {
        List<Object> ring = new ArrayList<>();
        ring.add(ring);
        UnfitException error = catchThrowableOfType(UnfitException.class, () -> codec.write(ring));
        assertThat(error.reason()).isNotBlank();
    }

    @Test
    void defaultsAreMergedUnderAnObjectKeyByKey() throws UnfitException { // case 11
        Map<String, Object> defaults = Map.of("name", "Rick", "env", "Prod");
        assertThat(merge(defaults, "{\"env\":\"Test\"}")).isEqualTo(Map.of("name", "Rick", "env", "Test"));
        assertThat(merge(defaults, "null")).isEqualTo(defaults);
        assertThat(merge(defaults, "[1]")).isEqualTo(List.of(1));
        assertThat(merge(Map.of("deep", Map.of("a", 1)), "{\"deep\":{\"b\":2}}"))
                .isEqualTo(Map.of("deep", Map.of("b", 2)));
    }

    private @Nullable Object merge(Map<String, Object> defaults, String json) throws UnfitException {
        byte[] merged = codec.merge(defaults, json.getBytes(StandardCharsets.UTF_8));
        return codec.natural(new Json(new String(merged, StandardCharsets.UTF_8)));
    }
}
