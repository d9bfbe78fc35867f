package dev.errand.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Attempt;
import dev.errand.BatchInfo;
import dev.errand.BatchOptions;
import dev.errand.EmittedItem;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.LockInfo;
import dev.errand.LogLine;
import dev.errand.Machine;
import dev.errand.NewWebhook;
import dev.errand.NodeInfo;
import dev.errand.Page;
import dev.errand.PublishedValue;
import dev.errand.QueueInfo;
import dev.errand.Rate;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.SignalInfo;
import dev.errand.Step;
import dev.errand.SubscriptionInfo;
import dev.errand.TaskInfo;
import dev.errand.TokenInfo;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.ValueInfo;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookInfo;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read as it was. */
class ApiJsonTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                RunInfo.class,
                Attempt.class,
                Step.class,
                Failure.class,
                LogLine.class,
                EmittedItem.class,
                PublishedValue.class,
                SignalInfo.class,
                TaskInfo.class,
                NodeInfo.class,
                QueueInfo.class,
                Rate.class,
                Machine.class,
                BatchInfo.class,
                BatchOptions.class,
                ScheduleInfo.class,
                TokenInfo.class,
                ValueInfo.class,
                LockInfo.class,
                SubscriptionInfo.class,
                Event.class,
                EventFilter.class,
                WebhookInfo.class,
                WebhookDelivery.class,
                NewWebhook.class,
                TriggerOptions.class
            })
    void recordsComeBackAsTheyWere(Class<?> type) {
        Object full = Samples.full(type);
        assertThat(ApiJson.read(ApiJson.bytes(full), type)).isEqualTo(full);
        Object bare = Samples.bare(type);
        assertThat(ApiJson.read(ApiJson.bytes(bare), type)).isEqualTo(bare);
    }

    @Test
    void pagesKeepTheTypeOfTheirItems() {
        Page<RunInfo> page = new Page<>(List.of((RunInfo) Samples.full(RunInfo.class)), "next");
        assertThat(ApiJson.read(ApiJson.bytes(page), new TypeRef<Page<RunInfo>>() {}))
                .isEqualTo(page);
    }

    @Test
    void schedulesComeBackWithTheirTimesAndClocks() {
        List<Schedule> schedules = List.of(
                Schedule.cron(Cron.parseWithSeconds("5 30 2 13 * 5").daysMatchBoth(), Cron.parse("@daily"))
                        .clocks(new DstPolicy(DstPolicy.Gap.SKIP, DstPolicy.Overlap.BOTH)),
                Schedule.every(Duration.ofMinutes(10)),
                Schedule.once(Instant.parse("2026-12-24T18:30:00Z")).payload(new Json("{\"a\":1}")));
        assertThat(ApiJson.read(ApiJson.bytes(schedules), new TypeRef<List<Schedule>>() {}))
                .isEqualTo(schedules);
    }

    @Test
    void nothingIsLeftOutAndJsonsNullIsAValue() {
        SignalInfo nothing = new SignalInfo("go", Json.NULL, Instant.EPOCH);
        assertThat(ApiJson.text(nothing)).contains("\"value\":null");
        assertThat(ApiJson.read(ApiJson.bytes(nothing), SignalInfo.class)).isEqualTo(nothing);
        ValueInfo none = new ValueInfo("v", 0, null, null);
        assertThat(ApiJson.text(none)).isEqualTo("{\"name\":\"v\",\"version\":0}");
    }

    @Test
    void idsAreWrittenAsTheyPrint() {
        RunId id = RunId.next();
        assertThat(ApiJson.text(List.of(id))).isEqualTo("[\"" + id + "\"]");
    }

    @Test
    void membersThatAreNotKnownOrNotThereAreNoError() {
        byte[] newer =
                "{\"name\":\"go\",\"value\":1,\"sentAt\":\"1970-01-01T00:00:00Z\",\"later\":[{}]}".getBytes(UTF_8);
        assertThat(ApiJson.read(newer, SignalInfo.class)).isEqualTo(new SignalInfo("go", new Json("1"), Instant.EPOCH));
        assertThat(ApiJson.read("{\"priority\":3}".getBytes(UTF_8), TriggerOptions.class))
                .isEqualTo(TriggerOptions.none().priority(3));
        byte[] older = "{\"name\":\"v\"}".getBytes(UTF_8);
        assertThat(ApiJson.read(older, ValueInfo.class)).isEqualTo(new ValueInfo("v", 0, null, null));
    }

    @Test
    void whatIsNoSuchValueIsRefusedWithTheReason() {
        assertThatThrownBy(() -> ApiJson.read("{".getBytes(UTF_8), SignalInfo.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ApiJson.read("null".getBytes(UTF_8), SignalInfo.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> ApiJson.read("{\"starts\":0,\"per\":\"PT1M\",\"burst\":1}".getBytes(UTF_8), Rate.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a rate of 0 is none");
    }
}
