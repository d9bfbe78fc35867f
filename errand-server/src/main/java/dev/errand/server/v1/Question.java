package dev.errand.server.v1;

import dev.errand.Page;
import dev.errand.Role;
import dev.errand.json.ApiJson;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** An endpoint that answers with what the engine says to one question, as {@link ApiJson} writes it. */
record Question(Route route, Way way) implements Endpoint {
    /** What all paths begin with. */
    static final String BASE = "/api/errand/v1";

    /** How it is answered: with a value of the API, an {@link Optional} of one, or an answer that is none. */
    @FunctionalInterface
    interface Way {
        Object answer(Call call) throws IOException;
    }

    /** What came of it, where that is a word. */
    record Answered(Enum<?> answer) {}

    /** For viewers. */
    static Question get(String path, Way way) {
        return new Question(Route.get(BASE + path), way);
    }

    /** For operators. */
    static Question post(String path, Way way) {
        return new Question(Route.post(BASE + path), way);
    }

    /** For operators. */
    static Question put(String path, Way way) {
        return new Question(Route.put(BASE + path), way);
    }

    /** For operators. */
    static Question delete(String path, Way way) {
        return new Question(Route.delete(BASE + path), way);
    }

    Question by(Role role) {
        return new Question(route.by(role), way);
    }

    /** A list that is whole has the form of one that comes in pages. */
    static Page<?> whole(List<?> items) {
        return new Page<>(items, null);
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Object value = way.answer(call);
        if (value instanceof Answer whole) {
            return whole;
        }
        if (value instanceof Optional<?> maybe) {
            value = maybe.orElseThrow(() -> Problem.notFound("There is no such thing"));
        }
        return Answer.bytes("application/json", ApiJson.bytes(value));
    }
}
