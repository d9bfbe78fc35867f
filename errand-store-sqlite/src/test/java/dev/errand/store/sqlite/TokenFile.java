package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.store.Claim;
import dev.errand.store.NewToken;
import dev.errand.store.Report;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file with tokens, and what tests do with them. */
abstract class TokenFile extends AwaitedStore {
    static final Duration HOUR = Duration.ofHours(1);

    NewToken newToken(@Nullable RunId run, Duration timeout, String... tags) {
        Instant now = clock.instant();
        return new NewToken(TokenId.random(), "approval", run, List.of(tags), now, now.plus(timeout), null);
    }

    TokenId token(String... tags) {
        return store.tokens().create(newToken(null, HOUR, tags)).id();
    }

    static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Optional<Boolean> complete(TokenId token) {
        return store.tokens().end(token, json("1"), null);
    }

    TokenInfo info(TokenId token) {
        return store.tokens().find(token).orElseThrow();
    }

    Report.Waiting waitsFor(Claim claim, boolean any, TokenId... tokens) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(), null, new Report.Awaits(List.of(), List.of(tokens), any));
    }

    /** A run that waits for a token. */
    RunId waitingFor(TokenId token) {
        RunId run = enqueue(PARENT);
        record(waitsFor(claim(PARENT), false, token));
        return run;
    }

    /** So many that time out in an hour, all at once. */
    void insertTokens(int count) throws SQLException {
        long now = Times.micros(clock.instant());
        long timeout = now + Times.micros(HOUR);
        execute("""
                insert into token (id, name, created, timeout, ends)
                with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < %d)
                select randomblob(16), 'n', %d, %d, %d from numbers
                """.formatted(count, now, timeout, timeout));
    }
}
