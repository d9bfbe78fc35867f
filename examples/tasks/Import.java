// Imports people from a CSV file into a file of JSON lines, in batches, and goes on where it was when it is killed midway:
//   ./errand run examples/tasks/Import.java --payload '{"path":"examples/data/people.csv","to":"people.jsonl"}'

import dev.errand.*;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * @param to the path with .jsonl in the place of .csv if left out
 * @param batch lines at a time; 500 if left out
 * @param pauseMillis a rest after each batch, none if left out: time to kill it and see it resume
 */
record Source(String path, String to, Integer batch, Integer pauseMillis) {}

/** What came of it. */
record Summary(String to, long imported, long rejected, Map<String, Integer> countries) {}

/**
 * How far the import has come: lines read, and bytes of the target that belong to them. Both are kept as one value in the run's
 * metadata, and the target is cut to these bytes before it is continued. So whatever a killed attempt wrote after its last note
 * is written again by the next one, and nothing is in the file twice.
 */
static class Checkpoint {
    long line;
    long bytes;
    long rejected;
    final Map<String, Integer> countries = new TreeMap<>();

    static Checkpoint of(Metadata notes, long targetSize) {
        Checkpoint start = new Checkpoint();
        if (notes.get("checkpoint") instanceof Map<?, ?> note && number(note, "bytes") <= targetSize) {
            start.line = number(note, "line");
            start.bytes = number(note, "bytes");
            start.rejected = number(note, "rejected");
            ((Map<?, ?>) note.get("countries")).forEach((country, count) ->
                    start.countries.put((String) country, ((Number) count).intValue()));
        }
        return start;
    }

    static long number(Map<?, ?> note, String key) {
        return ((Number) note.get(key)).longValue();
    }

    void keep(Metadata notes) {
        notes.set("checkpoint", Map.of("line", line, "bytes", bytes, "rejected", rejected, "countries", Map.copyOf(countries)));
    }
}

@AsTask(value = "import", description = "Imports people from a CSV file", attempts = 5, delay = "2s")
Summary importPeople(Source source, RunContext run) throws Exception {
    Path path = Path.of(source.path());
    Path target = Path.of(source.to() == null ? source.path().replaceFirst("(\\.csv)?$", ".jsonl") : source.to());
    int batch = source.batch() == null ? 500 : source.batch();
    if (!Files.isRegularFile(path)) {
        throw new AbortException("There is no file " + path.toAbsolutePath());
    }
    if (batch < 1) {
        throw new AbortException("batch is " + batch + "; it must be at least 1");
    }
    long total = countLines(path);
    try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            BufferedReader in = Files.newBufferedReader(path)) {
        Checkpoint at = Checkpoint.of(run.metadata(), out.size());
        out.truncate(at.bytes).position(at.bytes);
        List<String> columns = fields(in.readLine());
        skip(in, at.line);
        run.log().info(at.line == 0 ? "Importing {} lines from {}" : "Going on with {} lines of {}", total - at.line, path);
        for (List<String> lines = next(in, batch); !lines.isEmpty(); lines = next(in, batch)) {
            write(lines, columns, out, at);
            at.keep(run.metadata());
            run.progress(at.line, total);
            Thread.sleep(source.pauseMillis() == null ? 0 : source.pauseMillis());
        }
        return new Summary(target.toString(), at.line - at.rejected, at.rejected, at.countries);
    }
}

void write(List<String> lines, List<String> columns, FileChannel out, Checkpoint at) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
        List<String> fields = fields(line);
        at.line++;
        if (fields.size() == columns.size() && fields.get(columns.indexOf("email")).matches("[^@\\s]+@[^@\\s]+\\.[a-z]+")) {
            at.countries.merge(fields.get(columns.indexOf("country")), 1, Integer::sum);
            text.append(json(columns, fields)).append('\n');
        } else {
            at.rejected++;
        }
    }
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    while (bytes.hasRemaining()) {
        out.write(bytes);
    }
    out.force(false); // the note must not be ahead of the file, even when the power goes
    at.bytes = out.position();
}

/** The fields of a line; they may be quoted, with commas and doubled quotes inside. */
List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
            field.append(line.charAt(++i));
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.add(field.toString());
            field.setLength(0);
        } else {
            field.append(c);
        }
    }
    fields.add(field.toString());
    return fields;
}

String json(List<String> columns, List<String> fields) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    for (int i = 0; i < columns.size(); i++) {
        json.add(quoted(columns.get(i)) + ":" + quoted(fields.get(i)));
    }
    return json.toString();
}

String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t") + '"';
}

List<String> next(BufferedReader in, int batch) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line; lines.size() < batch && (line = in.readLine()) != null; ) {
        lines.add(line);
    }
    return lines;
}

void skip(BufferedReader in, long lines) throws IOException {
    for (long i = 0; i < lines; i++) {
        in.readLine();
    }
}

/** Without the line that names the columns. */
long countLines(Path path) throws IOException {
    try (Stream<String> lines = Files.lines(path)) {
        return lines.count() - 1;
    }
}
