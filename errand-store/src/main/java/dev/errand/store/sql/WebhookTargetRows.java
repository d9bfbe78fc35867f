package dev.errand.store.sql;

import dev.errand.SealedWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.WebhookHealth;
import dev.errand.WebhookTarget;
import dev.errand.store.WebhookTargetStore;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Statements;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Statements about those who are told of events over HTTP, of whom all stores keep a table alike. They name the schema {@code errand}. What is
 * said twice changes nothing.
 */
public final class WebhookTargetRows {
    private static final String CREATE = """
            insert into errand.webhook_target (id, url, filter, created, sealed) values (?, ?, ?, ?, ?) on conflict (id) do nothing
            """;
    private static final String ALL = """
            select id, url, filter, created, disabled, reason, failing, failure, delivered, sealed, former, former_until
              from errand.webhook_target
            """;
    private static final String LIST = ALL + " order by created, id";
    private static final String FIND = ALL + " where id = ?";
    private static final String CHANGE = "update errand.webhook_target set url = ?, filter = ? where id = ?";
    private static final String ROTATE = """
            update errand.webhook_target set former = sealed, former_until = ?, sealed = ? where id = ? and sealed <> ?
            """;
    private static final String DISABLE =
            "update errand.webhook_target set disabled = ?, reason = ? where id = ? and disabled is null";
    private static final String ENABLE = """
            update errand.webhook_target set disabled = null, reason = null, failing = null where id = ? and disabled is not null
            """;
    private static final String REMOVE = "delete from errand.webhook_target where id = ?";
    private static final String DELIVERED = """
            update errand.webhook_target set failing = null, delivered = ?
             where id = ? and (failing is not null or delivered is null or delivered <= ?)
            """;
    private static final String FAILED =
            "update errand.webhook_target set failing = coalesce(failing, ?), failure = ? where id = ?";
    private static final String SINCE = "select failing from errand.webhook_target where id = ?";

    private WebhookTargetRows() {}

    public static void create(Statements statements, WebhookTarget target, String sealed) throws SQLException {
        statements
                .sql(CREATE)
                .set(target.id())
                .set(target.url().toString())
                .set(text(target.filter()))
                .set(Times.micros(target.createdAt()))
                .set(sealed)
                .update();
    }

    public static List<WebhookTarget> list(Statements statements) throws SQLException {
        return statements.sql(LIST).list(WebhookTargetRows::target);
    }

    public static Optional<SealedWebhookTarget> find(Statements statements, String id) throws SQLException {
        return statements.sql(FIND).set(id).first(WebhookTargetRows::sealed);
    }

    public static int change(Statements statements, String id, URI url, WebhookFilter filter) throws SQLException {
        return statements
                .sql(CHANGE)
                .set(url.toString())
                .set(text(filter))
                .set(id)
                .update();
    }

    public static int rotate(Statements statements, String id, String sealed, Instant formerUntil) throws SQLException {
        return statements
                .sql(ROTATE)
                .set(Times.micros(formerUntil))
                .set(sealed)
                .set(id)
                .set(sealed)
                .update();
    }

    public static boolean disable(Statements statements, String id, Instant at, String reason) throws SQLException {
        return statements.sql(DISABLE).set(Times.micros(at)).set(reason).set(id).update() > 0;
    }

    public static boolean enable(Statements statements, String id) throws SQLException {
        return statements.sql(ENABLE).set(id).update() > 0
                || find(statements, id).isPresent();
    }

    public static boolean remove(Statements statements, String id) throws SQLException {
        return statements.sql(REMOVE).set(id).update() > 0;
    }

    public static int delivered(Statements statements, String id, Instant at) throws SQLException {
        return statements
                .sql(DELIVERED)
                .set(Times.micros(at))
                .set(id)
                .set(Times.micros(at.minus(WebhookTargetStore.SEEN)))
                .update();
    }

    public static Optional<Instant> failed(Statements statements, String id, Instant at, String reason)
            throws SQLException {
        statements.sql(FAILED).set(Times.micros(at)).set(reason).set(id).update();
        return statements.sql(SINCE).set(id).first(row -> Times.instant(row.getLong(1)));
    }

    private static SealedWebhookTarget sealed(ResultSet row) throws SQLException {
        return new SealedWebhookTarget(
                target(row), row.getString(10), row.getString(11), Times.instant(Sql.nullable(row, 12)));
    }

    private static WebhookTarget target(ResultSet row) throws SQLException {
        WebhookHealth health = new WebhookHealth(
                Times.instant(Sql.nullable(row, 5)),
                row.getString(6),
                Times.instant(Sql.nullable(row, 7)),
                row.getString(8),
                Times.instant(Sql.nullable(row, 9)));
        return new WebhookTarget(
                row.getString(1),
                URI.create(row.getString(2)),
                filter(row.getString(3)),
                Times.instant(row.getLong(4)),
                health);
    }

    private static String text(WebhookFilter filter) {
        return JsonText.of(Map.of("types", filter.types(), "tasks", filter.tasks(), "tags", filter.tags()));
    }

    private static WebhookFilter filter(String json) {
        Map<String, Object> parts = JsonReader.object(json);
        return new WebhookFilter(texts(parts.get("types")), texts(parts.get("tasks")), texts(parts.get("tags")));
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> texts
                ? texts.stream().map(String::valueOf).toList()
                : List.of();
    }
}
