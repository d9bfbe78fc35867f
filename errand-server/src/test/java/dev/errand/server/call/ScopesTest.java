package dev.errand.server.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopesTest {
    /** What is asked for is written as a scope too. */
    private static boolean covers(String scope, String asked) {
        String[] parts = asked.split(":", 3);
        return new Scopes(List.of("write:tasks:unrelated", scope))
                .cover(parts[0], parts[1], parts.length < 3 ? "" : parts[2]);
    }

    @ParameterizedTest
    @CsvSource({
        "read:runs:run_1, read:runs:run_1",
        "read:runs, read:runs:run_1",
        "read:runs, read:runs",
        "read, read:runs:run_1",
        "read, read:tags:user:1",
        "read:tags:user:1, read:tags:user:1",
        "read:tags:a::, read:tags:a::",
        "admin, trigger:tasks:echo",
        "admin, admin:keys"
    })
    void aScopeCoversItselfAndAllThatIsLonger(String scope, String asked) {
        assertThat(covers(scope, asked)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "read:runs:run_1, read:runs:run_2",
        "read:runs:run_1, read:runs",
        "read:runs:run_1, read:runs:run_1:x",
        "read:runs:run_1, write:runs:run_1",
        "read:runs:run_1, read:tasks:run_1",
        "read:runs:, read:runs",
        "read:runs:, read:runs:run_1",
        "read:, read:runs:run_1",
        "read:run, read:runs:run_1",
        "rea, read:runs:run_1",
        "READ, read:runs",
        "read:tags:user, read:tags:user:1",
        "read:tags:user:1, read:tags:user",
        "'', read:runs",
        "':', read:runs",
        "*, read:runs",
        "read:*, read:runs",
        "admin:runs, read:runs:run_1",
        "trigger:tasks:echo, batchTrigger:tasks:echo",
        "write:tasks, trigger:tasks:echo"
    })
    void itCoversNothingElse(String scope, String asked) {
        assertThat(covers(scope, asked)).isFalse();
    }
}
