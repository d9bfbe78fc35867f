package dev.errand.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import org.junit.jupiter.api.Test;

/** The example of docs/cli.md, so that what stands there compiles and holds. */
class ShopTasksTest {
    @Test
    void whatAProviderHasRuns() throws Exception {
        try (TestErrand test = TestErrand.open(new ShopTasks().tasks().toArray(Task<?, ?>[]::new))) {
            assertThat(test.run(ShopTasks.GREET, "Ada")).isEqualTo("hello Ada");
        }
    }
}
