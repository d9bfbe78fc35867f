package dev.errand.server.v1;

import dev.errand.server.call.Surroundings;
import java.util.List;
import java.util.stream.Stream;

/** What a client needs besides that has all the words of the library: {@code errand-client}. */
final class ClientQuestions {
    private ClientQuestions() {}

    static List<Question> of(Surroundings around) {
        return Stream.of(
                        QueryQuestions.of(around.errand()),
                        WaitQuestions.of(around),
                        LogQuestions.of(around),
                        ManyTriggers.of(around.errand()),
                        BatchQuestions.of(around.errand()),
                        RunChanges.of(around.errand()),
                        ReplayQuestions.of(around.errand()),
                        Changes.of(around.errand()),
                        BlobQuestions.of(around.errand()))
                .flatMap(List::stream)
                .toList();
    }
}
