package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Token;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs that triggered others, shown with those. */
@Tag(TestStore.ON_BOTH)
class RunTreeTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void makeTasks() throws Exception {
        cli = new Cli(folder);
        cli.file("Tree.java", """
                import dev.errand.*;
                import java.util.*;

                record Plan(int depth, int loose) {}

                @AsTask(value = "tree", attempts = 1)
                String tree(Plan plan, RunContext run) throws Exception {
                    if (plan.depth() == 0 && plan.loose() == 0) {
                        return "leaf";
                    }
                    run.step("begin", () -> {});
                    for (int i = 0; i < plan.loose(); i++) {
                        run.trigger("tree", new Plan(0, 0), TriggerOptions.none());
                    }
                    if (plan.depth() > 0) {
                        TriggerRequest branch = TriggerRequest.of("tree", new Plan(plan.depth() - 1, 0));
                        run.invokeAll("grow", List.of(branch, branch));
                    }
                    run.step("end", () -> {});
                    return "grown";
                }
                """);
    }

    /** Answers with its id. */
    private String run(String plan) {
        Cli.Said said = cli.call("run", folder.resolve("Tree.java").toString(), "--payload", plan, "--json");
        assertThat(said.code()).describedAs(said.err()).isZero();
        return said.json().get("id").stringValue();
    }

    private List<String> ids(String... filters) {
        List<String> args = new ArrayList<>(List.of("runs", "list", "--json"));
        args.addAll(List.of(filters));
        List<String> ids = new ArrayList<>();
        cli.call(args.toArray(String[]::new))
                .json()
                .get("items")
                .forEach(run -> ids.add(run.get("id").stringValue()));
        return ids;
    }

    /** The last table of the page, without what differs each time. */
    private String tree(String id) {
        String page = cli.call("runs", "show", id).out();
        return page.substring(page.indexOf("STEP "))
                .replaceAll("run_[0-9a-z]{26}", "ID")
                .replaceAll("\\[\"ID.*", "IDS")
                .replaceAll("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "TIME")
                .replaceAll(" \\d+[a-z][0-9a-z]*", " TOOK")
                .replaceAll("(?<=\\S) {2,}", "  ");
    }

    @Test
    void childrenStandBelowTheStepThatTriggeredThem() {
        String id = run("{\"depth\":2,\"loose\":0}");
        assertThat(tree(id)).isEqualTo("""
                STEP  STATE  ATTEMPT  STARTED  TOOK  RESULT
                begin  COMPLETED  1  TIME  TOOK
                grow  COMPLETED  1  TIME  TOOK  IDS
                  tree ID  COMPLETED  1  TIME  TOOK  "grown"
                    tree ID  COMPLETED  1  TIME  TOOK  "leaf"
                    tree ID  COMPLETED  1  TIME  TOOK  "leaf"
                  tree ID  COMPLETED  1  TIME  TOOK  "grown"
                    tree ID  COMPLETED  1  TIME  TOOK  "leaf"
                    tree ID  COMPLETED  1  TIME  TOOK  "leaf"
                end  COMPLETED  1  TIME  TOOK
                """);
    }

    @Test
    void whatARunWaitsForStandsAmongItsSteps() throws InterruptedException {
        Task<String, String> ship = Task.named("ship", String.class, String.class)
                .run((order, run) -> {
                    run.sleep("at sea", Duration.ofDays(9));
                    return "there";
                });
        Task<String, String> send = Task.named("send", String.class, String.class)
                .run((order, run) -> {
                    run.step("charge", () -> {});
                    Token<String> word = run.token("word", String.class, Duration.ofDays(2));
                    run.parallel(
                            "both",
                            Branch.of("boat", String.class, () -> run.invoke(ship, order)),
                            Branch.of(
                                    "word", String.class, () -> run.await(word).unwrap()));
                    return "sent";
                });
        CountDownLatch both = new CountDownLatch(2);
        RunId id;
        try (Errand errand =
                Errand.builder().store(cli.store()).tasks(ship, send).open()) {
            errand.on(EventFilter.named(Event.STATE), event -> {
                if (event.to() == RunState.WAITING) {
                    both.countDown();
                }
            });
            id = errand.trigger(send, "bricks").id();
            assertThat(both.await(60, TimeUnit.SECONDS)).as("they wait").isTrue();
        }
        String tree = tree(id.toString());
        assertThat(tree)
                .containsPattern("(?m)^charge +COMPLETED ")
                .containsPattern("(?m)^word +COMPLETED ")
                .containsPattern("(?m)^word +WAITING ")
                .containsPattern("(?m)^both\\.boat / ship +WAITING .*\\n  ship ID +WAITING ");
        JsonNode shown = cli.call("runs", "show", id.toString(), "--json").json();
        String child = shown.get("children").get(0).get("id").stringValue();
        assertThat(tree(child)).containsPattern("(?m)^at sea +WAITING ");
    }

    @Test
    void theTreeIsInTheJsonToo() {
        String id = run("{\"depth\":2,\"loose\":0}");
        JsonNode run = cli.call("runs", "show", id, "--json").json();
        assertThat(run.get("moreChildren").intValue()).isZero();
        assertThat(run.get("children")).hasSize(2);
        JsonNode child = run.get("children").get(1);
        assertThat(child.get("parent").stringValue()).isEqualTo(id);
        assertThat(child.get("output").stringValue()).isEqualTo("grown");
        assertThat(child.get("children")).hasSize(2);
        JsonNode leaf = child.get("children").get(0);
        assertThat(leaf.get("root").stringValue()).isEqualTo(id);
        assertThat(leaf.get("children")).isEmpty();
        assertThat(cli.call("runs", "show", leaf.get("id").stringValue()).out())
                .containsPattern("parent +" + child.get("id").stringValue())
                .containsPattern("root +" + id);
    }

    @Test
    void whatDoesNotFitIsCounted() {
        String id = run("{\"depth\":0,\"loose\":57}");
        JsonNode run = cli.call("runs", "show", id, "--json").json();
        assertThat(run.get("children")).hasSize(20);
        assertThat(run.get("moreChildren").intValue()).isEqualTo(37);
        assertThat(tree(id)).containsOnlyOnce("… 37 more");
        assertThat(tree(id).lines().filter(line -> line.startsWith("  tree ID")))
                .hasSize(20);
    }

    @Test
    void whatIsDeeperIsCounted() {
        String id = run("{\"depth\":5,\"loose\":0}");
        assertThat(tree(id)).contains("\n      tree ID").doesNotContain("\n        tree ID");
        assertThat(tree(id).lines().filter(line -> line.equals("        … 2 more")))
                .hasSize(8);
    }

    @Test
    void aTreeIsListed() {
        String id = run("{\"depth\":2,\"loose\":0}");
        run("{\"depth\":1,\"loose\":0}");
        assertThat(ids()).hasSize(10);
        assertThat(ids("--root", id)).hasSize(6);
        assertThat(ids("--parent", id)).hasSize(2);
        assertThat(ids("--parent", ids("--parent", id).getFirst())).hasSize(2);
        assertThat(ids("--root", id, "--state", "failed")).isEmpty();
        Cli.Said wrong = cli.call("runs", "list", "--parent", "nobody");
        assertThat(wrong.code()).isEqualTo(2);
    }
}
