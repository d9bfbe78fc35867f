package dev.errand.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimilarTest {
    private static final List<String> KNOWN =
            List.of("thumbnail", "welcome-email", "word-count", "wordcount", "import");

    @Test
    void aTypingErrorFindsTheTaskMeant() {
        assertThat(Similar.to("thumbnial", KNOWN)).first().isEqualTo("thumbnail");
        assertThat(Similar.to("Welcome_Email", KNOWN)).containsExactly("welcome-email");
    }

    @Test
    void theLikeliestComesFirst() {
        assertThat(Similar.to("wordcuont", KNOWN)).startsWith("wordcount");
    }

    @Test
    void partOfANameFindsIt() {
        assertThat(Similar.to("email", KNOWN)).containsExactly("welcome-email");
    }

    @Test
    void whatIsUnlikeAllFindsNothing() {
        assertThat(Similar.to("zzzzzzzzzzzz", KNOWN)).isEmpty();
        assertThat(Similar.to("x", List.of())).isEmpty();
    }
}
