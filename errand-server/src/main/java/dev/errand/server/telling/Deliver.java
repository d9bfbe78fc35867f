package dev.errand.server.telling;

import dev.errand.AbortException;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.Retry;
import dev.errand.RunContext;
import dev.errand.SealedWebhookTarget;
import dev.errand.Task;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import dev.errand.http.ResetFormat;
import dev.errand.server.call.Sealing;
import dev.errand.server.webhook.StandardWebhooks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of the task that delivers: one message to one target. */
final class Deliver {
    private static final Logger LOG = LoggerFactory.getLogger(Deliver.class);
    /** Over half a day or more, as many have it: a receiver may be down for a night. */
    private static final Retry RETRY =
            Retry.exponential().attempts(15).ceiling(Duration.ofHours(3)).floor(Duration.ofSeconds(5));
    /** However long a target wants to be left alone. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(6);
    /** So many at a time for each target, so that one that answers slowly leaves room for others. */
    private static final int AT_A_TIME = 4;

    private static final int GONE = 410;

    /** What a run returns. */
    record Delivered(int status) {}

    private final Errand errand;
    private final WebhookTargets targets;
    private final Sealing sealing;
    private final Sender sender;
    private final Duration patience;

    Deliver(Errand errand, Sealing sealing, Sender sender, Duration patience) {
        this.errand = errand;
        this.targets = errand.webhookTargets();
        this.sealing = sealing;
        this.sender = sender;
        this.patience = patience;
    }

    Task<Json, Delivered> task() {
        return Task.named(WebhookTargets.TASK, Json.class, Delivered.class)
                .description("Posts an event to a webhook target")
                .retry(RETRY)
                .limits(Limits.none().concurrencyPerKey(AT_A_TIME))
                .maxDuration(Duration.ofMinutes(1))
                .run(this::run);
    }

    private Delivered run(Json payload, RunContext run) throws InterruptedException {
        Message message = message(payload);
        SealedWebhookTarget found = targets.sealed(message.target())
                .orElseThrow(() -> new AbortException("The target %s was removed".formatted(message.target())));
        WebhookTarget target = found.target();
        if (!target.isEnabled()) {
            throw new AbortException("The target %s is disabled: %s"
                    .formatted(target.id(), target.health().disabledFor()));
        }
        Instant now = errand.now();
        byte[] body = message.bytes();
        Map<String, String> headers = StandardWebhooks.headers(secrets(found, now), message.message(), now, body);
        Sender.Answer answer = post(target, headers, body);
        run.log().info("{} answered {}: {}", target.id(), answer.status(), answer.start());
        return taken(target, answer, now);
    }

    private static Message message(Json payload) {
        try {
            return Message.read(payload);
        } catch (IllegalArgumentException e) {
            throw new AbortException("The payload is no delivery: " + e.getMessage(), e);
        }
    }

    private List<String> secrets(SealedWebhookTarget target, Instant now) {
        List<String> secrets = new ArrayList<>();
        for (String sealed : target.sealedAt(now)) {
            String secret = sealing.open(sealed);
            if (secret != null) {
                secrets.add(secret);
            }
        }
        if (secrets.isEmpty()) { // another server may have the right one, or this one once it was started anew
            String id = target.target().id();
            throw new NotDeliveredException(
                    "secret", "The secret of %s was sealed by another ERRAND_SECRET".formatted(id), null);
        }
        return secrets;
    }

    private Sender.Answer post(WebhookTarget target, Map<String, String> headers, byte[] body)
            throws InterruptedException {
        try {
            return sender.post(target.url(), headers, body);
        } catch (BlockedAddressException e) {
            failed(target, reason(e));
            throw new AbortException(reason(e));
        } catch (IOException e) {
            if (!sender.isClosed()) { // else it is not the target's fault
                failed(target, reason(e));
            }
            throw new NotDeliveredException("no answer", reason(e), null);
        }
    }

    private static String reason(IOException e) {
        return String.valueOf(e.getMessage());
    }

    private Delivered taken(WebhookTarget target, Sender.Answer answer, Instant now) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            targets.delivered(target.id());
            return new Delivered(status);
        }
        String reason = "it answered " + status;
        if (status == GONE) {
            disable(target, reason + ", so it wants no more");
            throw new AbortException("The target %s wants no more: %s".formatted(target.id(), reason));
        }
        failed(target, reason);
        throw new NotDeliveredException("http " + status, reason, retryAt(answer.retryAfter(), now));
    }

    private static @Nullable Instant retryAt(@Nullable String header, Instant now) {
        Instant latest = now.plus(LONGEST_WAIT);
        return header == null
                ? null
                : ResetFormat.RETRY_AFTER
                        .read(header.strip(), now)
                        .map(at -> at.isAfter(latest) ? latest : at)
                        .orElse(null);
    }

    /** @throws AbortException if it has failed for too long */
    private void failed(WebhookTarget target, String reason) {
        Instant since = targets.failed(target.id(), reason).orElse(Instant.MAX);
        if (since.isAfter(errand.now().minus(patience))) {
            return;
        }
        String why = "nothing could be delivered since %s; last: %s".formatted(since, reason);
        disable(target, why);
        throw new AbortException("The target %s was disabled: %s".formatted(target.id(), why));
    }

    private void disable(WebhookTarget target, String reason) {
        if (targets.disable(target.id(), reason)) {
            LOG.atWarn()
                    .addKeyValue("target", target.id())
                    .addKeyValue("reason", reason)
                    .log("A webhook target was disabled; it is told of nothing until somebody enables it");
            errand.raise(WebhookTargets.DISABLED, Map.of("target", target.id(), "reason", reason));
        }
    }
}
