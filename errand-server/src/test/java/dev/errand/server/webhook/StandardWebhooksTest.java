package dev.errand.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.server.webhook.StandardWebhooks.Headers;
import dev.errand.server.webhook.StandardWebhooks.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example by which the makers of the standard test their libraries, and what may not pass. */
class StandardWebhooksTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant SENT = Instant.ofEpochSecond(1_614_265_330);
    private static final String RIGHT = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final byte[] BODY = bytes("{\"test\": 2432232314}");
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Verdict verdict(String signature) {
        return verdict(signature, BODY, SENT);
    }

    private static Verdict verdict(String signature, byte[] body, Instant now) {
        Headers headers = new Headers(ID, Long.toString(SENT.getEpochSecond()), signature);
        return StandardWebhooks.verify(List.of(SECRET), headers, body, now, TOLERANCE);
    }

    @Test
    void aBodyIsSignedAsTheStandardHasIt() {
        assertThat(StandardWebhooks.sign(SECRET, ID, SENT, BODY)).isEqualTo(RIGHT);
        assertThat(verdict(RIGHT)).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void oneByteMoreOrLessOrOtherIsForged() {
        assertThat(verdict(RIGHT, bytes("{\"test\": 2432232315}"), SENT)).isEqualTo(Verdict.FORGED);
        assertThat(verdict(RIGHT, bytes("{\"test\":2432232314}"), SENT)).isEqualTo(Verdict.FORGED);
        assertThat(verdict(RIGHT, bytes("{\"test\": 2432232314} "), SENT)).isEqualTo(Verdict.FORGED);
        assertThat(verdict("v1,G0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")).isEqualTo(Verdict.FORGED);
        assertThat(verdict("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ")).isEqualTo(Verdict.FORGED);
    }

    @Test
    void theIdAndTheTimeAreSignedToo() {
        Headers otherId = new Headers("msg_other", Long.toString(SENT.getEpochSecond()), RIGHT);
        Headers otherTime = new Headers(ID, Long.toString(SENT.getEpochSecond() + 1), RIGHT);

        assertThat(StandardWebhooks.verify(List.of(SECRET), otherId, BODY, SENT, TOLERANCE))
                .isEqualTo(Verdict.FORGED);
        assertThat(StandardWebhooks.verify(List.of(SECRET), otherTime, BODY, SENT, TOLERANCE))
                .isEqualTo(Verdict.FORGED);
    }

    @Test
    void ofSeveralSignaturesOneSuffices() {
        assertThat(verdict("v1a,AAAA v1,AAAA v1,not-base64! " + RIGHT)).isEqualTo(Verdict.GENUINE);
        assertThat(verdict("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")).isEqualTo(Verdict.FORGED);
        assertThat(verdict("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")).isEqualTo(Verdict.FORGED);
        assertThat(verdict("")).isEqualTo(Verdict.FORGED);
    }

    @Test
    void ofSeveralSecretsOneSuffices() {
        String other = StandardWebhooks.newSecret();
        Headers headers = new Headers(ID, Long.toString(SENT.getEpochSecond()), RIGHT);

        assertThat(StandardWebhooks.verify(List.of(other, SECRET), headers, BODY, SENT, TOLERANCE))
                .isEqualTo(Verdict.GENUINE);
        assertThat(StandardWebhooks.verify(List.of(other), headers, BODY, SENT, TOLERANCE))
                .isEqualTo(Verdict.FORGED);
        assertThat(StandardWebhooks.verify(List.of(), headers, BODY, SENT, TOLERANCE))
                .isEqualTo(Verdict.FORGED);
    }

    @Test
    void whatIsTooFarFromNowIsRefused() {
        assertThat(verdict(RIGHT, BODY, SENT.plus(TOLERANCE))).isEqualTo(Verdict.GENUINE);
        assertThat(verdict(RIGHT, BODY, SENT.minus(TOLERANCE))).isEqualTo(Verdict.GENUINE);
        assertThat(verdict(RIGHT, BODY, SENT.plus(TOLERANCE).plusMillis(1))).isEqualTo(Verdict.TOO_OLD);
        assertThat(verdict(RIGHT, BODY, SENT.minus(TOLERANCE).minusMillis(1))).isEqualTo(Verdict.TOO_NEW);
    }

    @Test
    void withoutAHeaderThatCanBeReadNothingIsVerified() {
        String time = Long.toString(SENT.getEpochSecond());

        assertThat(List.of(
                        new Headers(null, time, RIGHT),
                        new Headers(ID, null, RIGHT),
                        new Headers(ID, time, null),
                        new Headers(ID, "yesterday", RIGHT),
                        new Headers(ID, "-1", RIGHT),
                        new Headers(ID, "99999999999999999999", RIGHT),
                        new Headers("", time, RIGHT),
                        new Headers("a.b", time, RIGHT),
                        new Headers("a b", time, RIGHT)))
                .allSatisfy(
                        headers -> assertThat(StandardWebhooks.verify(List.of(SECRET), headers, BODY, SENT, TOLERANCE))
                                .isEqualTo(Verdict.UNSIGNED));
    }

    @Test
    void anIdWithAFullStopIsNotSigned() {
        assertThatThrownBy(() -> StandardWebhooks.sign(SECRET, "a.1", SENT, BODY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no full stop");
    }

    @Test
    void secretsAreNewEachTimeAndOthersAreRefused() {
        assertThat(StandardWebhooks.newSecret()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(StandardWebhooks.newSecret()).isNotEqualTo(StandardWebhooks.newSecret());
        for (String bad : List.of("", "whsec_", "whsec_c2hvcnQ=", SECRET.substring(6), "whsec_%%%")) {
            assertThatThrownBy(() -> StandardWebhooks.secret(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a secret is whsec_ and 24 to 64 bytes in Base64");
        }
    }

    @Test
    void headersHaveASignatureForEachSecret() {
        String other = StandardWebhooks.newSecret();

        Map<String, String> headers = StandardWebhooks.headers(List.of(SECRET, other), ID, SENT, BODY);

        assertThat(headers)
                .containsEntry("webhook-id", ID)
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-signature", RIGHT + " " + StandardWebhooks.sign(other, ID, SENT, BODY));
    }
}
