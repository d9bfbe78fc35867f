package dev.errand.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.ScheduleQuery;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ListTimeZonesTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("report", Json.class, Json.class).run((payload, run) -> payload));

    private static List<String> zones(String query) {
        Reply reply = server.send("GET", "/api/v1/timezones" + query, null, null);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().propertyNames()).containsExactly("timezones");
        return reply.json()
                .path("timezones")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    @Test
    void everybodyMayAskForTheZones() {
        List<String> all = zones("");
        assertThat(all).startsWith("UTC").contains("Europe/Berlin", "America/New_York", "Asia/Kolkata");
        assertThat(all).doesNotHaveDuplicates().noneMatch(zone -> zone.startsWith("Etc/"));
        assertThat(zones("?excludeUtc=false")).isEqualTo(all);
        assertThat(zones("?excludeUtc=true")).isEqualTo(all.subList(1, all.size()));
        Reply unclear = server.send("GET", "/api/v1/timezones?excludeUtc=1", null, null);
        assertThat(unclear.status()).isEqualTo(400);
        assertThat(unclear.at("param")).isEqualTo("excludeUtc");
    }

    @Test
    void aScheduleMayBeInAnyOfThem() {
        List<String> all = zones("");
        for (int i = 0; i < all.size(); i += 40) {
            String zone = all.get(i);
            Reply made = server.post(
                    "/api/v1/schedules",
                    "{\"task\": \"report\", \"cron\": \"0 5 * * *\", \"deduplicationKey\": \"d\", \"timezone\": \"%s\"}"
                            .formatted(zone));
            assertThat(made.at("timezone")).as(made.body()).isEqualTo(zone);
        }
        assertThat(server.errand().schedules().count(ScheduleQuery.all())).isEqualTo(1);
    }
}
