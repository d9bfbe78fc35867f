package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import java.util.List;

/** The rows of what runs wait for, to be copied in. */
final class CopiedWaits {
    private static final String AWAITED =
            "copy errand.awaited (run, kind, subject, state, armed, ended, output, failure, reason)";

    private static final String AWAITED_TOKENS = "copy errand.awaited (run, kind, subject, state, armed)";

    private static final String AWAITED_VALUES = "copy errand.awaited (run, kind, subject, state, armed, version)";

    private CopiedWaits() {}

    static CopyRows.Copied tokens(List<Kept.AwaitedToken> awaited) {
        CopyRows rows = new CopyRows();
        awaited.forEach(kept -> rows.row(5)
                .uuid(kept.run())
                .int2(1)
                .uuid(new RunId(kept.token().high(), kept.token().low()))
                .int2(kept.state())
                .int2(kept.armed()));
        return new CopyRows.Copied(rows, AWAITED_TOKENS);
    }

    /** Of what is open somebody has to look whether it is, as here of each wait. */
    static CopyRows.Copied values(List<Kept.AwaitedValue> awaited) {
        CopyRows rows = new CopyRows();
        awaited.forEach(kept -> rows.row(6)
                .uuid(kept.run())
                .int2(2)
                .uuid(new RunId(kept.value().high(), kept.value().low()))
                .int2(Math.max(kept.state(), 1))
                .int2(kept.armed())
                .int8(kept.version()));
        return new CopyRows.Copied(rows, AWAITED_VALUES);
    }

    static CopyRows.Copied watched(List<Kept.Watched> watched) {
        CopyRows rows = new CopyRows();
        watched.forEach(kept -> rows.row(5)
                .uuid(kept.run())
                .int2(3)
                .uuid(kept.watched())
                .int2(kept.state())
                .int2(kept.armed()));
        return new CopyRows.Copied(rows, AWAITED_TOKENS);
    }

    static CopyRows.Copied ends(List<Kept.Awaited> awaited) {
        CopyRows rows = new CopyRows();
        awaited.forEach(kept -> {
            AwaitedEnd end = kept.end();
            RunState state = end.state();
            byte[] output = end.output();
            rows.row(9)
                    .uuid(kept.run())
                    .int2(0)
                    .uuid(end.run())
                    .int2(kept.state())
                    .int2(kept.armed())
                    .int2(state == null ? null : (Integer) States.number(state));
            (output == null ? rows.text((String) null) : rows.text(output))
                    .text(Documents.failure(end.failure()))
                    .text(CopyWriter.clean(end.reason()));
        });
        return new CopyRows.Copied(rows, AWAITED);
    }
}
