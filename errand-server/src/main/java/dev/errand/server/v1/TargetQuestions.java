package dev.errand.server.v1;

import dev.errand.Durations;
import dev.errand.NewWebhookTarget;
import dev.errand.Role;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Sealing;
import dev.errand.server.call.Surroundings;
import dev.errand.server.telling.TargetDelivery;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Webhook targets: who is told of events over HTTP. Who makes one has what happens here told to strangers, so that takes an administrator; and
 * their addresses may be secrets, so that to look takes an operator.
 */
final class TargetQuestions {
    private static final String ALL = "/webhook-targets";
    private static final String ONE = ALL + "/{target}";
    private static final String URL = "url";
    private static final String FILTER = "filter";
    private static final String OVERLAP = "overlap";
    private static final Duration USUAL_OVERLAP = Duration.ofHours(24);

    private record Removed(boolean removed) {}

    private final WebhookTargets targets;
    private final Sealing sealing;

    private TargetQuestions(Surroundings around) {
        this.targets = around.errand().webhookTargets();
        this.sealing = TargetDelivery.sealing(around.secret());
    }

    static List<Question> of(Surroundings around) {
        TargetQuestions questions = new TargetQuestions(around);
        WebhookTargets targets = questions.targets;
        return List.of(
                Question.get(ALL, call -> Question.whole(targets.list())).by(Role.OPERATOR),
                Question.post(ALL, questions::created).by(Role.ADMIN),
                Question.get(ONE, call -> targets.find(id(call))).by(Role.OPERATOR),
                Question.put(ONE, questions::changed).by(Role.ADMIN),
                Question.post(ONE + "/rotate", questions::rotated).by(Role.ADMIN),
                Question.post(ONE + "/disable", questions::disabled).by(Role.ADMIN),
                Question.post(ONE + "/enable", questions::enabled).by(Role.ADMIN),
                Question.delete(ONE, call -> new Removed(targets.remove(id(call))))
                        .by(Role.ADMIN));
    }

    private static String id(Call call) {
        return call.parameter("target");
    }

    private NewWebhookTarget created(Call call) throws IOException {
        Fields body = call.json().only(URL, FILTER);
        URI url = url(body);
        WebhookFilter filter = Bodies.read(body, FILTER, WebhookFilter.class);
        requireLasting();
        return targets.create(url, filter, sealing::seal);
    }

    private Optional<WebhookTarget> changed(Call call) throws IOException {
        Fields body = call.json().only(URL, FILTER);
        return targets.change(id(call), url(body), Bodies.read(body, FILTER, WebhookFilter.class));
    }

    private static URI url(Fields body) {
        String text = body.someText(URL);
        return Asking.orMalformed(URL, () -> {
            URI url = URI.create(text);
            WebhookTarget.requireUrl(url);
            return url;
        });
    }

    private Optional<NewWebhookTarget> rotated(Call call) throws IOException {
        Fields body = call.json().only(OVERLAP);
        String said = body.text(OVERLAP);
        Duration overlap = said == null ? USUAL_OVERLAP : Asking.orMalformed(OVERLAP, () -> Durations.parse(said));
        requireLasting();
        return Asking.orMalformed(OVERLAP, () -> targets.rotate(id(call), overlap, sealing::seal));
    }

    private void requireLasting() {
        if (!sealing.isLasting()) {
            throw Problem.impossible(
                    "",
                    "secrets of targets are stored sealed by a secret that lasts: set ERRAND_SECRET for the server");
        }
    }

    private Optional<WebhookTarget> disabled(Call call) throws IOException {
        String reason = call.json().only("reason").text("reason");
        targets.disable(id(call), reason == null || reason.isBlank() ? "by hand" : reason);
        return targets.find(id(call));
    }

    private Optional<WebhookTarget> enabled(Call call) throws IOException {
        call.json().only();
        targets.enable(id(call));
        return targets.find(id(call));
    }
}
