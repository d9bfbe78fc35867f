package dev.errand.store.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/postgresql.md says the role needs that nodes work with; it is given nothing else. */
final class WorkersRole {
    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final String GRANTS = read();

    private WorkersRole() {}

    private static String read() {
        try {
            Matcher matcher = SQL.matcher(Files.readString(Path.of("../docs/postgresql.md")));
            if (!matcher.find()) {
                throw new IllegalStateException("the page has no SQL any more");
            }
            return matcher.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the page has it, for another schema and role. */
    static String grants(String schema, String role) {
        return GRANTS.replace("schema errand", "schema " + schema).replace("to worker", "to " + role);
    }
}
