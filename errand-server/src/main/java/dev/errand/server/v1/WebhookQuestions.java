package dev.errand.server.v1;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.NewWebhook;
import dev.errand.Page;
import dev.errand.Role;
import dev.errand.RunId;
import dev.errand.TaskNotFoundException;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookInfo;
import dev.errand.WebhookOptions;
import dev.errand.Webhooks;
import dev.errand.json.ApiJson;
import dev.errand.json.ErrorCause;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Surroundings;
import dev.errand.server.webhook.WebhookSecrets;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Webhooks: where other systems trigger runs. Who makes one gives away that right, so that takes an administrator. */
final class WebhookQuestions {
    private static final String ALL = "/webhooks";
    private static final String ONE = ALL + "/{webhook}";
    private static final String SECRET = "secret";
    private static final String OVERLAP = "overlap";
    private static final Duration USUAL_OVERLAP = Duration.ofHours(24);

    private record Named(RunId id) {}

    private record Deleted(boolean deleted) {}

    /** A webhook and, this once, its secret; and where to deliver. */
    private record Made(WebhookInfo webhook, String secret, String url) {}

    private final Errand errand;
    private final Surroundings around;
    private final WebhookSecrets secrets;

    private WebhookQuestions(Surroundings around) {
        this.errand = around.errand();
        this.around = around;
        this.secrets = new WebhookSecrets(around.secret());
    }

    static List<Question> of(Surroundings around) {
        WebhookQuestions questions = new WebhookQuestions(around);
        Webhooks webhooks = around.errand().webhooks();
        return List.of(
                Question.get(ALL, call -> Question.whole(webhooks.list())),
                Question.post(ALL, questions::created).by(Role.ADMIN),
                Question.get(ONE, call -> webhooks.find(id(call))),
                Question.delete(ONE, call -> new Deleted(webhooks.delete(id(call))))
                        .by(Role.ADMIN),
                Question.post(ONE + "/rotate", questions::rotated).by(Role.ADMIN),
                Question.post(ONE + "/enable", call -> changed(webhooks, call, Webhooks::enable)),
                Question.post(ONE + "/disable", call -> changed(webhooks, call, Webhooks::disable)),
                Question.get(ONE + "/deliveries", call -> deliveries(webhooks, call)),
                Question.post(
                        ONE + "/deliveries/{delivery}/replay",
                        call -> replayed(webhooks, call).map(Named::new)));
    }

    private static String id(Call call) {
        return call.parameter("webhook");
    }

    private Made created(Call call) throws IOException {
        Fields body = call.json().only("task", "options");
        String task = body.someText("task");
        WebhookOptions options = Bodies.read(body, "options", WebhookOptions.class, WebhookOptions.none());
        requireSecret();
        try {
            return made(
                    Asking.orMalformed("options.secret", () -> errand.webhooks().create(task, options, secrets::seal)));
        } catch (TaskNotFoundException e) {
            Problem problem = Problem.impossible("task", String.valueOf(e.getMessage()));
            throw ErrorCause.of(e)
                    .map(cause -> problem.facts(new Json(ApiJson.text(cause))))
                    .orElse(problem);
        }
    }

    private Optional<Made> rotated(Call call) throws IOException {
        Fields body = call.json().only(SECRET, OVERLAP);
        String secret = body.text(SECRET);
        Duration overlap = overlap(body);
        requireSecret();
        return Asking.orMalformed(SECRET, () -> errand.webhooks().rotate(id(call), secret, overlap, secrets::seal))
                .map(this::made);
    }

    private static Duration overlap(Fields body) {
        String text = body.text(OVERLAP);
        Duration overlap = text == null ? USUAL_OVERLAP : Asking.orMalformed(OVERLAP, () -> Durations.parse(text));
        if (overlap.isNegative() || overlap.toDays() > 365) {
            throw body.refused(OVERLAP, "0s to 365d is needed, not " + Durations.print(overlap));
        }
        return overlap;
    }

    private void requireSecret() {
        if (!secrets.isLasting()) {
            throw Problem.impossible(
                    "",
                    "secrets of webhooks are stored sealed by a secret that lasts: set ERRAND_SECRET for the server");
        }
    }

    private Made made(NewWebhook made) {
        WebhookInfo webhook = made.webhook();
        return new Made(webhook, made.secret(), around.base().get() + ALL + "/" + webhook.id());
    }

    private static Optional<WebhookInfo> changed(Webhooks webhooks, Call call, BiPredicate<Webhooks, String> change) {
        return change.test(webhooks, id(call)) ? webhooks.find(id(call)) : Optional.empty();
    }

    private static Page<WebhookDelivery> deliveries(Webhooks webhooks, Call call) {
        if (webhooks.find(id(call)).isEmpty()) {
            throw Problem.notFound("There is no such webhook");
        }
        return webhooks.deliveries(
                id(call), call.query().text("cursor"), call.query().number("limit", 1, 1_000, 100));
    }

    private static Optional<RunId> replayed(Webhooks webhooks, Call call) {
        return Asking.orImpossible("", () -> webhooks.replay(id(call), call.parameter("delivery")));
    }
}
