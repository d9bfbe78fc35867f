package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.server.TestToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTest {
    private static final String KEY = "tr_dev_0";
    private static final TestToken TOKEN = TestToken.of("key_1", Instant.EPOCH, "read:runs");

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void oneThatAClientHasSignedIsReadHoweverShortItsKey() {
        Jwt read = Jwt.read(TOKEN.signed(KEY)).orElseThrow();
        assertThat(read.isSignedBy(bytes(KEY))).isTrue();
        assertThat(read.text("sub")).isEqualTo("key_1");
        assertThat(read.text("exp")).as("a number").isNull();
        assertThat(read.text("none")).isNull();
    }

    @Test
    void oneThatIsSignedHereIsReadHere() {
        Jwt read = Jwt.read(Jwt.sign(Map.of("sub", "ü", "scopes", List.of("read")), bytes(KEY)))
                .orElseThrow();
        assertThat(read.isSignedBy(bytes(KEY))).isTrue();
        assertThat(read.text("sub")).isEqualTo("ü");
    }

    @Test
    void aChangeOfAnyCharacterIsNoticed() {
        String token = TOKEN.signed(KEY);
        for (int i = 0; i < token.length() - 1; i++) { // the last one has bits that stand for nothing
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(Jwt.read(changed).filter(read -> read.isSignedBy(bytes(KEY))))
                    .as("character " + i)
                    .isEmpty();
        }
        assertThat(Jwt.read(token).orElseThrow().isSignedBy(bytes(KEY + "0"))).isFalse();
    }

    @Test
    void whateverItsHeadSaysOnlyOneAlgorithmIsTaken() {
        for (String head : List.of(
                "{'alg':'none'}",
                "{'alg':'None'}",
                "{'alg':'HS512'}",
                "{'alg':'hs256'}",
                "{'alg':['HS256']}",
                "{'alg':'RS256'}",
                "{}",
                "{'alg':'HS256','crit':['exp']}")) {
            String token = TOKEN.signed(head.replace('\'', '"'), KEY, "HmacSHA256");
            assertThat(Jwt.read(token)).as(head).isEmpty();
            String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
            assertThat(Jwt.read(unsigned)).as(head).isEmpty();
        }
        String stronger = TOKEN.signed("{\"alg\":\"HS256\"}", KEY, "HmacSHA512");
        assertThat(Jwt.read(stronger).orElseThrow().isSignedBy(bytes(KEY))).isFalse();
        String bare = TOKEN.signed(KEY).replaceFirst("[^.]+$", "");
        assertThat(Jwt.read(bare).filter(read -> read.isSignedBy(bytes(KEY)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.!", "e30.W10.e30", "bnVsbA.bnVsbA.", "ü.ü.ü"})
    void whatIsNoTokenIsNone(String text) {
        assertThat(Jwt.read(text)).isEmpty();
    }
}
