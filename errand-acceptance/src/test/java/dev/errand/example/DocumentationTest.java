package dev.errand.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentationTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({
        "testing.md, WelcomeTest.java",
        "transactions.md, OrdersTest.java",
        "batches.md, ThumbnailsTest.java",
        "locks.md, LedgerTest.java",
        "hooks.md, InvoiceTest.java",
        "queues.md, LettersTest.java",
        "retries.md, InvoiceTest.java",
        "schemas.md, SignupTest.java",
        "machines.md, FilmTest.java",
        "schedules.md, ReminderTest.java",
        "idempotency.md, WelcomeOnceTest.java",
        "steps.md, CheckoutTest.java",
        "waits.md, SettlementTest.java",
        "children.md, ParcelsTest.java",
        "tokens.md, Fulfilment.java FulfilmentTest.java",
        "values.md, StockTest.java",
        "events.md, ImportDeskTest.java",
        "signals.md, SubtitlesTest.java",
        "loops.md, TrackingTest.java",
        "versions.md, LoanTest.java",
        "parallel.md, ChecksTest.java",
        "bulk.md, MailOutageTest.java",
        "cli.md, ShopTasks.java ShopTasksTest.java"
    })
    void whatThePageShowsIsWhatIsTested(String file, String tests) throws IOException {
        String page = Files.readString(Path.of("../docs", file));
        StringBuilder source = new StringBuilder();
        for (String test : tests.split(" ", -1)) {
            source.append(Files.readString(Path.of("src/test/java/dev/errand/example", test)));
        }
        List<String> examples = EXAMPLE.matcher(page)
                .results()
                .map((MatchResult example) -> example.group(1))
                .toList();
        assertThat(examples).isNotEmpty();
        assertThat(examples)
                .allSatisfy(example -> assertThat(dense(source.toString())).contains(dense(example)));
    }

    /** Without white space, which the formatter may lay out otherwise. */
    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }
}
