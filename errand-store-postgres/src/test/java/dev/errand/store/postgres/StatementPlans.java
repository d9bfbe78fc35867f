package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The plans that the server makes for all parameters, of every statement that is a constant of the store's. Those that are put together for a
 * question, such as lists, are for tests that ask it.
 */
final class StatementPlans {
    /** Those with a row for each node, task, queue, subscription, key of a program, webhook target, held lock or body that lingers, a few for each stream, or one. */
    private static final Set<String> SMALL = Set.of(
            "rules",
            "node",
            "build",
            "upkeep",
            "task",
            "task_queue",
            "queue",
            "lock",
            "lingering",
            "value_version",
            "subscription",
            "api_key",
            "event_gone",
            "webhook_target");
    /** For operators, who move, migrate and look at all there is. */
    private static final Set<String> RARE = Set.of(
            "Contents", "CopyReader", "CopyWriter", "CopyRuns", "LongestWaiting", "PostgresCopyProvider", "Migrations");
    /** What others begin or go on with. */
    private static final Set<String> PARTS = Set.of(
            "ChunkWalk.COLUMNS",
            "Ends.FENCE",
            "Enqueueing.RUNS",
            "KeyFronts.BEFORE",
            "Values.ALONE",
            "Values.NOTIFY",
            "Values.SHARED",
            "Whereabouts.COLUMNS");
    /** Upkeep looks through the rates of keys in slices: an index would cost each claim under a rate. */
    private static final Set<String> WITHOUT_INDEX = Set.of("Pruning.RATES");
    /** Not knowing how many are due it expects a tenth of all chunks, and of so many it does well to read them at once. */
    private static final Set<String> OF_MANY = Set.of("Advancing.DUE");

    /** Fewer are sorted sooner than found. */
    private static final long MANY = 50_000;

    private static final Pattern STATEMENT =
            Pattern.compile("\\s*(select|insert|update|delete|with)\\s.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** Still to be filled in. */
    private static final Pattern TEMPLATE = Pattern.compile("%s|%d|%[0-9]\\$|<[a-z]+>");

    private static final Pattern PARAMETER = Pattern.compile("\\?");
    private static final Pattern SCAN = Pattern.compile("Seq Scan on (\\w+)");
    private static final Pattern SORT = Pattern.compile("Sort  \\(cost=\\S+ rows=(\\d+)");

    private StatementPlans() {}

    /** By the class and the constant that hold them. */
    private static Map<String, String> statements()
            throws ReflectiveOperationException, IOException, URISyntaxException {
        Map<String, String> statements = new TreeMap<>();
        for (Class<?> type : types()) {
            if (RARE.contains(type.getSimpleName())) {
                continue;
            }
            for (Field field : type.getDeclaredFields()) {
                String name = type.getSimpleName() + "." + field.getName();
                if (!PARTS.contains(name)
                        && Modifier.isStatic(field.getModifiers())
                        && field.getType().equals(String.class)) {
                    field.setAccessible(true);
                    String text = String.valueOf(field.get(null));
                    if (STATEMENT.matcher(text).matches()
                            && !TEMPLATE.matcher(text).find()) {
                        statements.put(name, text);
                    }
                }
            }
        }
        return statements;
    }

    private static List<Class<?>> types() throws ReflectiveOperationException, IOException, URISyntaxException {
        Path folder = Path.of(PostgresStore.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve(PostgresStore.class.getPackageName().replace('.', '/'));
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.startsWith("package-info"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(name -> !name.contains("Test"))
                    .sorted()
                    .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            types.add(Class.forName(PostgresStore.class.getPackageName() + "." + name));
        }
        return types;
    }

    /**
     * Checks that each has an index for all it looks for, and that on the connections for all kinds of statements, where the planner is free,
     * none reads one of these tables from one end to the other, or sorts much of one.
     *
     * @param large their names, as a list of SQL
     */
    static void check(String url, String large) throws Exception {
        List<String> bad = new ArrayList<>();
        explain(url, Plans.FEW).forEach((name, plan) -> {
            scanned(plan).stream()
                    .filter(table -> !SMALL.contains(table) && !WITHOUT_INDEX.contains(name))
                    .forEach(table -> bad.add(name + " has no index of " + table));
        });
        explain(url, Plans.MANY).forEach((name, plan) -> {
            scanned(plan).stream()
                    .filter(table -> large.contains("'" + table + "'") && !OF_MANY.contains(name))
                    .forEach(table -> bad.add(name + " reads all of " + table));
            if (sorted(plan) > MANY) {
                bad.add(name + " sorts " + sorted(plan) + " rows");
            }
        });
        assertThat(bad).isEmpty();
    }

    private static Map<String, String> explain(String url, Plans settings) throws Exception {
        Map<String, String> plans = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            statement.execute(settings.set());
            statement.execute("set plan_cache_mode = force_generic_plan");
            for (Map.Entry<String, String> one : statements().entrySet()) {
                plans.put(one.getKey(), explain(statement, one.getValue()));
            }
        }
        assertThat(plans).as("statements of the store").hasSizeGreaterThan(200);
        return plans;
    }

    private static String explain(Statement statement, String sql) throws SQLException {
        int[] number = {0};
        String numbered = PARAMETER.matcher(sql).replaceAll(found -> "\\$" + ++number[0]);
        statement.execute("prepare planned as " + numbered);
        StringBuilder plan = new StringBuilder();
        String nothing = number[0] == 0 ? "" : "(" + String.join(", ", Collections.nCopies(number[0], "null")) + ")";
        try (ResultSet rows = statement.executeQuery("explain execute planned " + nothing)) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        } finally {
            statement.execute("deallocate planned");
        }
        return plan.toString();
    }

    /** The tables that a plan reads from one end to the other. */
    private static List<String> scanned(String plan) {
        List<String> tables = new ArrayList<>();
        for (Matcher found = SCAN.matcher(plan); found.find(); ) {
            tables.add(found.group(1));
        }
        return tables;
    }

    /** The most rows that a plan is expected to sort. */
    private static long sorted(String plan) {
        long most = 0;
        for (Matcher found = SORT.matcher(plan); found.find(); ) {
            most = Math.max(most, Long.parseLong(found.group(1)));
        }
        return most;
    }
}
