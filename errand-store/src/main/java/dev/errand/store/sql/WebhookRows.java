package dev.errand.store.sql;

import dev.errand.RunId;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookInfo;
import dev.errand.store.WebhookStore;
import dev.errand.store.WebhookStore.Entry;
import dev.errand.store.WebhookStore.Noted;
import dev.errand.store.WebhookStore.Sealed;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements about webhooks and what came to them, of which all stores keep tables alike. They name the schema {@code errand}. */
public final class WebhookRows {
    private static final String INSERT = """
            insert into errand.webhook (id, name, task, tolerance, wanted, handshake, created, disabled, secrets)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing
            """;
    private static final String ALL =
            "select id, name, task, tolerance, wanted, handshake, created, disabled, secrets from errand.webhook ";
    private static final String LIST = ALL + "order by created, id";
    private static final String FIND = ALL + "where id = ?";
    private static final String SECRETS = "update errand.webhook set secrets = ? where id = ? and secrets = ?";
    private static final String DISABLE = "update errand.webhook set disabled = ? where id = ?";
    private static final String DELETE = "delete from errand.webhook where id = ?";
    private static final String DELETE_LOG = "delete from errand.webhook_delivery where webhook = ?";

    private static final String NOTE = """
            insert into errand.webhook_delivery (webhook, id, delivery, outcome, reason, run, at, size, body)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (webhook, id) do nothing
            """;
    /** Of those that were refused, or of the others. */
    private static final String FORGET = """
            delete from errand.webhook_delivery
             where webhook = ? and outcome %1$s 'REFUSED'
               and id <= (select id from errand.webhook_delivery
                           where webhook = ? and outcome %1$s 'REFUSED'
                           order by id desc limit 1 offset ?)
            """;

    private static final String FORGET_REFUSED = FORGET.formatted("=");
    private static final String FORGET_OTHERS = FORGET.formatted("<>");
    private static final String NOTED =
            "select webhook, id, delivery, outcome, reason, run, at, size, body from errand.webhook_delivery ";
    private static final String LOG = NOTED + "where webhook = ? and id < ? order by id desc limit ?";
    private static final String ONE = NOTED + "where webhook = ? and id = ?";
    private static final String ACCEPTED = """
            select run from errand.webhook_delivery
             where webhook = ? and delivery = ? and outcome = 'ACCEPTED' and at >= ? order by id limit 1
            """;
    /** Comes after every id. */
    private static final String LAST = "~";

    private WebhookRows() {}

    public static int insert(Statements statements, Entry entry) throws SQLException {
        WebhookInfo webhook = entry.webhook();
        return statements
                .sql(INSERT)
                .set(webhook.id())
                .set(webhook.name())
                .set(webhook.task())
                .set(Times.micros(webhook.tolerance()))
                .set(WebhookText.filter(webhook.filter()))
                .set(webhook.handshake())
                .set(Times.micros(webhook.createdAt()))
                .set(Times.microsOrNull(webhook.disabledAt()))
                .set(WebhookText.secrets(entry.secrets()))
                .update();
    }

    public static List<Entry> list(Statements statements) throws SQLException {
        return statements.sql(LIST).list(WebhookRows::entry);
    }

    public static Optional<Entry> find(Statements statements, String id) throws SQLException {
        return statements.sql(FIND).set(id).first(WebhookRows::entry);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        WebhookInfo webhook = new WebhookInfo(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Times.duration(row.getLong(4)),
                WebhookText.filter(row.getString(5)),
                row.getString(6),
                Times.instant(row.getLong(7)),
                Times.instant(Sql.nullable(row, 8)));
        return new Entry(webhook, WebhookText.secrets(row.getString(9)));
    }

    public static boolean replaceSecrets(Statements statements, String id, List<Sealed> before, List<Sealed> after)
            throws SQLException {
        return statements
                        .sql(SECRETS)
                        .set(WebhookText.secrets(after))
                        .set(id)
                        .set(WebhookText.secrets(before))
                        .update()
                > 0;
    }

    public static boolean disable(Statements statements, String id, @Nullable Instant since) throws SQLException {
        return statements.sql(DISABLE).set(Times.microsOrNull(since)).set(id).update() > 0;
    }

    public static boolean delete(Statements statements, String id) throws SQLException {
        boolean there = statements.sql(DELETE).set(id).update() > 0;
        statements.sql(DELETE_LOG).set(id).update();
        return there;
    }

    public static int note(Statements statements, Noted noted) throws SQLException {
        WebhookDelivery delivery = noted.delivery();
        RunId run = delivery.run();
        statements
                .sql(NOTE)
                .set(delivery.webhook())
                .set(delivery.id())
                .set(delivery.deliveryId())
                .set(delivery.outcome().name())
                .set(delivery.reason())
                .set(run == null ? null : run.toString())
                .set(Times.micros(delivery.at()))
                .set(delivery.size())
                .set(noted.body())
                .update();
        boolean refused = delivery.outcome() == Outcome.REFUSED;
        return statements
                .sql(refused ? FORGET_REFUSED : FORGET_OTHERS)
                .set(delivery.webhook())
                .set(delivery.webhook())
                .set((long) (refused ? WebhookStore.KEPT_REFUSED : WebhookStore.KEPT))
                .update();
    }

    public static List<WebhookDelivery> deliveries(
            Statements statements, String webhook, @Nullable String before, int limit) throws SQLException {
        return statements
                .sql(LOG)
                .set(webhook)
                .set(before == null ? LAST : before)
                .set((long) limit)
                .list(WebhookRows::read);
    }

    public static Optional<Noted> delivery(Statements statements, String webhook, String id) throws SQLException {
        return statements.sql(ONE).set(webhook).set(id).first(row -> new Noted(read(row), row.getString(9)));
    }

    private static WebhookDelivery read(ResultSet row) throws SQLException {
        String run = row.getString(6);
        return new WebhookDelivery(
                row.getString(2),
                row.getString(1),
                row.getString(3),
                Outcome.valueOf(row.getString(4)),
                row.getString(5),
                run == null ? null : RunId.of(run),
                Times.instant(row.getLong(7)),
                row.getLong(8));
    }

    public static Optional<RunId> accepted(Statements statements, String webhook, String deliveryId, Instant since)
            throws SQLException {
        return statements
                .sql(ACCEPTED)
                .set(webhook)
                .set(deliveryId)
                .set(Times.micros(since))
                .first(row -> RunId.of(row.getString(1)));
    }
}
