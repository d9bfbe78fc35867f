package dev.errand.layout;

import java.util.Locale;

/** What is compared. */
enum Candidate {
    CHUNKS(
            "chunks",
            "chunk",
            "select count(*) from errand.outcome where state = 5",
            "select (select coalesce(sum(runs), 0) from errand.chunk) + (select coalesce(sum(runs), 0) from errand.keyed_chunk)"),
    ROWS(
            "ready rows",
            "ready",
            "select count(*) from errand.outcome where state = 5",
            "select (select count(*) from errand.ready) + (select count(*) from errand.keyed_ready)"),
    WIDE(
            "wide table",
            "run",
            "select count(*) from errand.run where state = 5",
            "select count(*) from errand.run where state <> 5");

    private final String title;
    private final String hotTable;
    private final String countEnded;
    private final String countLeft;

    Candidate(String title, String hotTable, String countEnded, String countLeft) {
        this.title = title;
        this.hotTable = hotTable;
        this.countEnded = countEnded;
        this.countLeft = countLeft;
    }

    static Candidate of(String id) {
        for (Candidate candidate : values()) {
            if (candidate.id().equals(id.strip().toLowerCase(Locale.ROOT))) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("'" + id + "' is no layout; there are chunks, rows and wide");
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String title() {
        return title;
    }

    /** The table that claims look through, without its schema. */
    String hotTable() {
        return hotTable;
    }

    /**
     * The layout of a node's connection.
     *
     * @param keyed whether for runs with a limit for each key, or for those without limits
     */
    Layout layout(Db db, long node, boolean keyed) {
        return switch (this) {
            case CHUNKS -> keyed ? new KeyedChunkLayout(db, node) : new ChunkLayout(db, node);
            case ROWS -> keyed ? new KeyedRowLayout(db, node) : new RowLayout(db, node);
            case WIDE -> keyed ? new KeyedWideLayout(db, node) : new WideLayout(db, node);
        };
    }

    /**
     * What a lane's connection sets: the product gets its plans from how its statements are written; the others' are pinned to their
     * indexes, so that nothing is measured of what a fresh table's lack of statistics can do to them.
     */
    String planning() {
        return this == CHUNKS ? "" : "set enable_seqscan = off; set enable_bitmapscan = off";
    }

    /** Counts the runs that have ended. */
    String countEnded() {
        return countEnded;
    }

    /** Counts those that have not. */
    String countLeft() {
        return countLeft;
    }

    /** What makes its tables, in an empty database. */
    String tables() {
        return Product.tables()
                + Product.resource(Candidate.class, id() + ".sql")
                + Product.resource(Candidate.class, "permit.sql");
    }

    /** What makes finished and delayed runs, to be filled in with numbers. */
    String history() {
        return Product.resource(Candidate.class, id() + "-history.sql");
    }
}
