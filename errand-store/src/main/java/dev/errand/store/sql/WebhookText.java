package dev.errand.store.sql;

import dev.errand.store.WebhookStore.Sealed;
import dev.errand.store.format.Times;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a webhook has several of, in one column: a filter as a form is sent, secrets line by line. */
final class WebhookText {
    private static final String FOR_EVER = "-";

    private WebhookText() {}

    static String filter(Map<String, List<String>> filter) {
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(filter)
                .forEach(
                        (member, values) -> values.forEach(value -> pairs.add(encoded(member) + "=" + encoded(value))));
        return String.join("&", pairs);
    }

    static Map<String, List<String>> filter(String text) {
        Map<String, List<String>> filter = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            filter.computeIfAbsent(decoded(pair.substring(0, equals)), member -> new ArrayList<>())
                    .add(decoded(pair.substring(equals + 1)));
        }
        return filter;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static String secrets(List<Sealed> secrets) {
        return secrets.stream().map(WebhookText::secret).collect(Collectors.joining("\n"));
    }

    private static String secret(Sealed secret) {
        Instant until = secret.until();
        return (until == null ? FOR_EVER : Long.toString(Times.micros(until))) + " " + secret.sealed();
    }

    static List<Sealed> secrets(String text) {
        return text.lines().map(WebhookText::secret).toList();
    }

    private static Sealed secret(String line) {
        int space = line.indexOf(' ');
        String until = line.substring(0, space);
        return new Sealed(
                line.substring(space + 1), until.equals(FOR_EVER) ? null : Times.instant(Long.parseLong(until)));
    }
}
