package dev.errand.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies that no schedule can be made of: nothing is made, and nothing changed that is there. */
@Tag(TestServer.STORES)
class BadScheduleTest {
    private static final String ALL = "/api/v1/schedules";

    private record Customer(int number) {}

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("report", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("remind", Customer.class, Integer.class).run((customer, run) -> customer.number()),
            Task.named("strict", Json.class, Json.class)
                    .schema("{\"type\": \"object\", \"required\": [\"number\"]}")
                    .run((payload, run) -> payload));

    private static final String KEY = server.key(Role.OPERATOR);

    private final Schedules schedules = server.errand().schedules();

    private static Reply send(String method, String path, @Nullable String body) {
        return server.send(method, path, body == null ? null : body.replace('\'', '"'), KEY);
    }

    @Test
    void whatIsMissingOrOfTheWrongTypeIs400() {
        isRefused(400, "task", "{'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(400, "task", "{'task': 7, 'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(400, "cron", "{'task': 'report', 'deduplicationKey': 'd'}");
        isRefused(400, "cron", "{'task': 'report', 'cron': '', 'deduplicationKey': 'd'}");
        isRefused(400, "deduplicationKey", "{'task': 'report', 'cron': '0 5 * * *'}");
        isRefused(400, "deduplicationKey", "{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': null}");
        isRefused(400, "externalId", fields("'externalId': 17"));
        isRefused(400, "timezone", fields("'timezone': ['UTC']"));
        isRefused(400, "window", fields("'window': 30"));
        isRefused(400, "", "[]");
        isRefused(400, "", "{'task'");
        isRefused(400, "deduplicationKey", null);
    }

    @Test
    void halfACharacterIs400() {
        isRefused(400, "task", "{'task': '\\ud800', 'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(400, "cron", "{'task': 'report', 'cron': '\\udc00', 'deduplicationKey': 'd'}");
        isRefused(400, "deduplicationKey", "{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': 'x\\ud800'}");
        isRefused(400, "timezone", fields("'timezone': 'x\\ud800y'"));
        isRefused(400, "externalId", fields("'externalId': '\\ud800'"));
    }

    @Test
    void whatNoScheduleCanHaveIs422() { // case 166
        isRefused(422, "cron", "{'task': 'report', 'cron': '0 0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(422, "cron", "{'task': 'report', 'cron': '61 * * * *', 'deduplicationKey': 'd'}");
        isRefused(422, "cron", "{'task': 'report', 'cron': '0 0 30 2 *', 'deduplicationKey': 'd'}");
        isRefused(422, "cron", "{'task': 'report', 'cron': 'every 10m', 'deduplicationKey': 'd'}");
        isRefused(
                422, "cron", "{'task': 'report', 'cron': '%s', 'deduplicationKey': 'd'}".formatted("1,".repeat(2_000)));
        isRefused(422, "timezone", fields("'timezone': 'Europe/Berln'"));
        isRefused(422, "timezone", fields("'timezone': '+02:00'"));
        isRefused(422, "timezone", fields("'timezone': ''"));
        isRefused(422, "timezone", fields("'timezone': '%s'".formatted("x".repeat(1_000_000))));
        isRefused(422, "window", fields("'window': '50%'"));
        isRefused(422, "window", fields("'window': '25h'"));
        isRefused(422, "window", fields("'window': 'soon'"));
        isRefused(422, "externalId", fields("'externalId': '%s'".formatted("x".repeat(2_049))));
        isRefused(422, "task", "{'task': 'reprot', 'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(422, "task", "{'task': 'a\\u0000b', 'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(422, "task", "{'task': 'strict', 'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        isRefused(422, "", "{'task': 'remind', 'cron': '0 5 * * *', 'deduplicationKey': 'd'}");
        for (String key : List.of(" ", "a\\u0000b", "x".repeat(101), "sched_00000000000000000000000000")) {
            isRefused(
                    422,
                    "deduplicationKey",
                    "{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': '%s'}".formatted(key));
        }
    }

    private static String fields(String one) {
        return "{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': 'd', " + one + "}";
    }

    /** Whether it would be made or changed. */
    private void isRefused(int status, String param, @Nullable String body) {
        Reply made = send("POST", ALL, body);
        assertThat(made.status()).as("%s: %s", body, made.body()).isEqualTo(status);
        assertThat(made.at("param")).as(made.body()).isEqualTo(param);
        assertThat(made.error()).isNotEmpty();
        assertThat(schedules.count(ScheduleQuery.all())).isZero();
        if (!param.equals("deduplicationKey") && body != null && body.contains("'d'")) {
            ScheduleInfo there =
                    schedules.put("d", "report", Schedule.cron("0 5 * * *").externalId("before"));
            for (Reply reply : List.of(send("POST", ALL, body), send("PUT", ALL + "/" + there.id(), body))) {
                assertThat(reply.status()).as("%s: %s", body, reply.body()).isEqualTo(status);
            }
            assertThat(schedules.get("d")).isEqualTo(there);
            schedules.delete("d");
        }
    }
}
