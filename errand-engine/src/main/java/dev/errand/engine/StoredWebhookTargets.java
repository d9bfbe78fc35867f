package dev.errand.engine;

import dev.errand.NewWebhookTarget;
import dev.errand.SealedWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.WebhookHealth;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import dev.errand.store.SubscriptionStore;
import dev.errand.store.WebhookTargetStore;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Who is told of events over HTTP, and how they fare. */
final class StoredWebhookTargets implements WebhookTargets {
    private static final Pattern ID = Pattern.compile("wht_[0-9A-Za-z]{16}");
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST = 1_000;

    private final SubscriptionStore subscriptions;
    private final WebhookTargetStore store;
    private final Clock clock;

    StoredWebhookTargets(SubscriptionStore subscriptions, Clock clock) {
        this.subscriptions = subscriptions;
        this.store = subscriptions.targets();
        this.clock = clock;
    }

    /** The subscription is there first, so that nothing is lost before a server reads the log by it. */
    @Override
    public NewWebhookTarget create(URI url, WebhookFilter filter, UnaryOperator<String> seal) {
        String id = "wht_" + random();
        WebhookTarget target = new WebhookTarget(id, url, filter, now(), WebhookHealth.NEW);
        String secret = newSecret();
        String sealed = sealed(secret, seal);
        subscriptions.create(TASK, false);
        store.create(target, sealed);
        return new NewWebhookTarget(target, secret);
    }

    private static String random() {
        StringBuilder text = new StringBuilder();
        RANDOM.ints(16, 0, LETTERS.length()).forEach(i -> text.append(LETTERS.charAt(i)));
        return text.toString();
    }

    private static String newSecret() {
        byte[] key = new byte[SECRET_BYTES];
        RANDOM.nextBytes(key);
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    private static String sealed(String secret, UnaryOperator<String> seal) {
        String sealed = seal.apply(secret);
        if (sealed.isEmpty() || sealed.length() > LONGEST || sealed.contains(secret)) {
            throw new IllegalArgumentException(
                    "what is sealed has 1 to %,d characters, and the secret is not among them".formatted(LONGEST));
        }
        return sealed;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    @Override
    public List<WebhookTarget> list() {
        return store.list();
    }

    @Override
    public Optional<WebhookTarget> find(String id) {
        return sealed(id).map(SealedWebhookTarget::target);
    }

    @Override
    public Optional<WebhookTarget> change(String id, URI url, WebhookFilter filter) {
        WebhookTarget.requireUrl(url);
        if (isId(id)) {
            store.change(id, url, filter);
        }
        return find(id);
    }

    @Override
    public Optional<NewWebhookTarget> rotate(String id, Duration overlap, UnaryOperator<String> seal) {
        if (overlap.isNegative() || overlap.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("the overlap is from none to a year");
        }
        String secret = newSecret();
        if (isId(id)) {
            store.rotate(id, sealed(secret, seal), now().plus(overlap));
        }
        return find(id).map(target -> new NewWebhookTarget(target, secret));
    }

    @Override
    public boolean disable(String id, String reason) {
        return isId(id) && store.disable(id, now(), cut(reason));
    }

    @Override
    public boolean enable(String id) {
        return isId(id) && store.enable(id);
    }

    @Override
    public boolean remove(String id) {
        return isId(id) && store.remove(id);
    }

    @Override
    public Optional<SealedWebhookTarget> sealed(String id) {
        return isId(id) ? store.find(id) : Optional.empty();
    }

    @Override
    public void delivered(String id) {
        if (isId(id)) {
            store.delivered(id, now());
        }
    }

    @Override
    public Optional<Instant> failed(String id, String reason) {
        return isId(id) ? store.failed(id, now(), cut(reason)) : Optional.empty();
    }

    /** Without a character 0, which no store takes everywhere, and not through the middle of a character. */
    private static String cut(String reason) {
        String text = reason.replace('\0', ' ');
        if (text.length() <= LONGEST) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }
}
