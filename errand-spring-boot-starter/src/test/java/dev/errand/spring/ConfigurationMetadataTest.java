package dev.errand.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors know of the properties, to complete and explain them. */
class ConfigurationMetadataTest {
    private static final Pattern ON_THE_PAGE = Pattern.compile("`(errand\\.[a-z-]+(?:\\.[a-z-]+)?)(?:\\.\\*)?`");

    private static Map<String, JsonNode> properties() throws IOException {
        Map<String, JsonNode> properties = new TreeMap<>();
        try (InputStream in =
                ConfigurationMetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            new JsonMapper()
                    .readTree(Objects.requireNonNull(in))
                    .get("properties")
                    .forEach(property -> properties.put(property.get("name").stringValue(), property));
        }
        return properties;
    }

    /** In the page's section about them. */
    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of("../docs/spring-boot.md"));
        String section = page.substring(page.indexOf("## Properties"), page.indexOf("## Health"));
        return ON_THE_PAGE.matcher(section).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    @Test
    void allThatThePageNamesIsKnownAndNothingElse() throws IOException {
        Set<String> known = properties().keySet();
        assertThat(documented()).contains("errand.drain", "errand.retention.other", "errand.store-options");
        assertThat(known)
                .filteredOn(name -> name.startsWith("errand."))
                .containsExactlyInAnyOrderElementsOf(documented());
        assertThat(known).contains("management.health.errand.enabled");
    }

    @Test
    void eachIsExplainedAndHasAType() throws IOException {
        assertThat(properties().values()).isNotEmpty().allSatisfy(property -> {
            assertThat(property.get("description").stringValue())
                    .as(property.toString())
                    .hasSizeGreaterThan(20);
            assertThat(property.get("type").stringValue())
                    .as(property.toString())
                    .startsWith("java.");
        });
    }

    @Test
    void whatHasADefaultSaysSo() throws IOException {
        assertThat(defaultOf("errand.enabled").booleanValue()).isTrue();
        assertThat(defaultOf("errand.drain").stringValue()).isEqualTo("10s");
        assertThat(defaultOf("errand.retention.failed").stringValue()).isEqualTo("30d");
    }

    private static JsonNode defaultOf(String name) throws IOException {
        return Objects.requireNonNull(properties().get(name)).get("defaultValue");
    }
}
