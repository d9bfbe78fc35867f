package dev.errand.store.postgres;

import dev.errand.PublishedValue;
import dev.errand.RunId;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What holders say of signals, and publish: under claims that the transaction has seen to be held, so that nobody else writes these rows. */
final class SignalRecording {
    static final String RECEIVE = """
            delete from errand.signal
             where ctid = any(array(
                select s.place
                  from unnest(?::uuid[], ?::bigint[]) u(run, position)
                 cross join lateral (select ctid as place from errand.signal where run = u.run and position = u.position offset 0) s))
            """;

    private static final String PUBLISH = """
            insert into errand.published (run, name, at, value)
            select ?::uuid, name, at, value
              from unnest(?::text[], ?::bigint[], ?::text[]) u(name, at, value)
                on conflict (run, name) do update set at = excluded.at, value = excluded.value
            """;

    private static final String COPY = "copy errand.signal (run, name, position, at, value)";
    private static final String COPY_PUBLISHED = "copy errand.published (run, name, at, value)";

    private SignalRecording() {}

    /** Those go that the steps have received that were kept. */
    static void received(Tx tx, List<Report> reports, Receipt[] receipts) throws SQLException {
        List<RunId> runs = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < receipts.length; i++) {
            if (receipts[i] == Receipt.RECORDED
                    && reports.get(i) instanceof Report.Journaled step
                    && step.received() != null) {
                runs.add(step.claim().run());
                positions.add(step.received());
            }
        }
        if (!runs.isEmpty()) {
            tx.sql(RECEIVE)
                    .setObject(new UuidArray(Columns.ids(runs, run -> run)))
                    .setObject(tx.array("int8", Columns.longs(positions, position -> position)))
                    .update();
        }
    }

    static void publish(Tx tx, RunId run, List<PublishedValue> values) throws SQLException {
        if (!values.isEmpty()) {
            tx.sql(PUBLISH)
                    .setObject(Ids.uuid(run))
                    .setObject(tx.array("text", Columns.texts(values, PublishedValue::name)))
                    .setObject(tx.array("int8", Columns.longs(values, value -> Times.micros(value.publishedAt()))))
                    .setObject(tx.array(
                            "text", Columns.texts(values, value -> value.value().text())))
                    .update();
        }
    }

    static CopyRows.Copied signals(List<Kept.Signal> signals) {
        CopyRows rows = new CopyRows();
        signals.forEach(kept -> rows.row(5)
                .uuid(kept.run())
                .text(kept.name())
                .int8(kept.position())
                .int8(Times.micros(kept.sentAt()))
                .text(kept.json()));
        return new CopyRows.Copied(rows, COPY);
    }

    static CopyRows.Copied published(List<Kept.Published> published) {
        CopyRows rows = new CopyRows();
        published.forEach(kept -> rows.row(4)
                .uuid(kept.run())
                .text(kept.name())
                .int8(Times.micros(kept.at()))
                .text(kept.json()));
        return new CopyRows.Copied(rows, COPY_PUBLISHED);
    }
}
