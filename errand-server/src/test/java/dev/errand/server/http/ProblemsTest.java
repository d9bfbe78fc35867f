package dev.errand.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.StoreException;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

/** What the log says of an error, and what the caller is told. */
class ProblemsTest {
    private static final Route ROUTE = Route.post("/callbacks/{secret}");

    private final Queue<SubstituteLoggingEvent> log = new ArrayDeque<>();
    private final Problems problems =
            new Problems(new EventRecordingLogger(new SubstituteLogger("test", log, false), log));

    @Test
    void whatNobodyForesawIsLoggedWithItsRouteUnderTheNumberThatIsAnswered() {
        Problem problem = problems.of(new IllegalStateException("boom"), ROUTE);
        assertThat(problem.answer().status()).isEqualTo(500);
        assertThat(problem.getMessage()).doesNotContain("boom");
        SubstituteLoggingEvent said = log.element();
        String number = String.valueOf(problem.getMessage()).replaceFirst(".*under ", "");
        assertThat(said.getMessage()).contains("error=" + number, "method=POST", "route=/callbacks/{secret}");
        assertThat(said.getThrowable()).hasMessage("boom");
    }

    @Test
    void whereTheStoreIsStaysInTheLog() {
        Problem problem = problems.of(new StoreException("no connection to db.internal", null), ROUTE);
        assertThat(problem.answer().status()).isEqualTo(503);
        assertThat(problem.getMessage()).doesNotContain("db.internal");
        assertThat(log.element().getMessage())
                .contains("reason=no connection to db.internal", "route=/callbacks/{secret}");
    }

    @Test
    void whatTheCallerDidWrongConcernsNoLog() {
        Problem wrong = Problem.malformed("delay", "a date is needed");
        assertThat(problems.of(wrong, ROUTE)).isSameAs(wrong);
        assertThat(log).isEmpty();
    }
}
