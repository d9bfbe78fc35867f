package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.TokenAnswer;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenOptions;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.v1.Question.Answered;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tokens, which runs wait for. */
final class TokenQuestions {
    private static final Set<String> NAMES = Set.of("state", "tag", "run", "limit", "cursor");

    private TokenQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get("/tokens", call -> listed(errand, call.query())),
                Question.post("/tokens", call -> created(errand, call)),
                Question.get("/tokens/{token}", call -> errand.tokens().get(call.parameter("token", TokenId::of))),
                Question.post("/tokens/{token}/complete", call -> new Answered(completed(errand, call))),
                Question.post("/tokens/{token}/fail", call -> new Answered(failed(errand, call))));
    }

    private static Page<TokenInfo> listed(Errand errand, Query asked) {
        for (String name : asked.names()) {
            if (!NAMES.contains(name)) {
                throw Problem.malformed(name, "tokens cannot be listed by that");
            }
        }
        RunId run = asked.read("run", RunId::of);
        TokenQuery query = TokenQuery.all()
                .states(states(asked))
                .tags(asked.list("tag").toArray(String[]::new))
                .limit(asked.number("limit", 1, 1_000, 100))
                .after(asked.text("cursor"));
        return listed(errand, run == null ? query : query.run(run));
    }

    private static Page<TokenInfo> listed(Errand errand, TokenQuery query) {
        return Asking.orMalformed("cursor", () -> errand.tokens().list(query));
    }

    private static TokenState[] states(Query asked) {
        try {
            return asked.list("state").stream()
                    .map(name -> TokenState.valueOf(name.toUpperCase(Locale.ROOT)))
                    .toArray(TokenState[]::new);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("state", "one of " + List.of(TokenState.values()) + " is needed");
        }
    }

    private static TokenInfo created(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("options");
        TokenOptions options = Bodies.read(body, "options", TokenOptions.class, TokenOptions.none());
        TokenId token = Asking.orImpossible(
                "options", () -> errand.tokens().create(Json.class, options).id());
        return errand.tokens().get(token);
    }

    private static TokenAnswer completed(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("value");
        Json value = Bodies.json(body, "value");
        TokenId token = call.parameter("token", TokenId::of);
        return Asking.orImpossible("value", () -> errand.tokens().complete(token, value == null ? Json.NULL : value));
    }

    private static TokenAnswer failed(Errand errand, Call call) throws IOException {
        String error = call.json().only("error").someText("error");
        TokenId token = call.parameter("token", TokenId::of);
        return Asking.orMalformed("error", () -> errand.tokens().fail(token, error));
    }
}
