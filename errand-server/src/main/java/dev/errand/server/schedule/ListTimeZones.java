package dev.errand.server.schedule;

import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.call.Route;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/** The time zones that schedules may be in, by the names of their cities, UTC first. */
public final class ListTimeZones implements Endpoint {
    private static final String WITHOUT_UTC = "excludeUtc";
    private static final String UTC = "UTC";
    private static final List<String> CITIES = ZoneId.getAvailableZoneIds().stream()
            .filter(zone -> zone.contains("/") && !zone.startsWith("Etc/") && !zone.startsWith("SystemV/"))
            .sorted()
            .toList();
    private static final List<String> ALL =
            Stream.concat(Stream.of(UTC), CITIES.stream()).toList();

    private record Zones(List<String> timezones) {}

    @Override
    public Route route() {
        return Route.get("/api/v1/timezones").open();
    }

    @Override
    public Answer answer(Call call) {
        return Answer.json(new Zones(isWithoutUtc(call.query()) ? CITIES : ALL));
    }

    private static boolean isWithoutUtc(Query asked) {
        String text = asked.text(WITHOUT_UTC);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw Problem.malformed(WITHOUT_UTC, "true or false is needed");
        }
        return "true".equals(text);
    }
}
