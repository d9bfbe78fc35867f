package dev.errand.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocumentationTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path SOURCES = Path.of("src/main/java/dev/errand/examples/orders");

    @Test
    void whatThePageShowsIsOfThisApplication() throws IOException {
        String page = Files.readString(Path.of("../../docs/spring-boot.md"));
        String sources = dense(
                Files.readString(SOURCES.resolve("Orders.java")) + Files.readString(SOURCES.resolve("Shipping.java")));
        List<String> examples = EXAMPLE.matcher(page)
                .results()
                .map((MatchResult example) -> example.group(1))
                .toList();
        assertThat(examples).isNotEmpty();
        assertThat(examples).allSatisfy(example -> assertThat(sources).contains(dense(example)));
    }

    /** Without white space, which the formatter may lay out otherwise. */
    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }
}
