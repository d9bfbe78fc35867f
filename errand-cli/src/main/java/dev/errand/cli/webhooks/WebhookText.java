package dev.errand.cli.webhooks;

import dev.errand.WebhookInfo;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Webhooks as people read them. */
final class WebhookText {
    private WebhookText() {}

    /** As it was said; empty for none. */
    static String filter(WebhookInfo webhook) {
        return new TreeMap<>(webhook.filter())
                .entrySet().stream()
                        .map(each -> each.getKey() + "=" + String.join(",", each.getValue()))
                        .collect(Collectors.joining(" "));
    }
}
