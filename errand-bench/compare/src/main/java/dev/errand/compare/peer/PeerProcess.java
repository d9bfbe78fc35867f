package dev.errand.compare.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code java -cp … dev.errand.compare.peer.PeerProcess ENGINE}: answers each line of standard input, an object whose {@code do} says
 * what, with a line of standard output, an object of figures or one with {@code error}. It ends with its input.
 */
public final class PeerProcess {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger ROOT = Logger.getLogger("");

    private PeerProcess() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever an engine prints is no answer
        ROOT.setLevel(Level.SEVERE);
        Peer peer = new Peer(engine(arguments[0]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(JSON.writeValueAsString(answer(peer, line)));
            answers.flush();
        }
        Runtime.getRuntime().halt(0); // no engine's thread holds up the next one's turn
    }

    private static Map<String, Object> answer(Peer peer, String line) {
        try {
            return new LinkedHashMap<>(peer.answer(JSON.readTree(line)));
        } catch (Exception e) {
            e.printStackTrace();
            return Map.of("error", e.toString());
        }
    }

    private static Engine engine(String name) {
        return switch (name) {
            case "errand" -> new ErrandEngine();
            case "db-scheduler" -> new DbSchedulerEngine();
            case "jobrunr" -> new JobRunrEngine();
            case "quartz" -> new QuartzEngine();
            case "dbos" -> new DbosEngine();
            default -> throw new IllegalArgumentException("'" + name + "' is no engine of this program");
        };
    }
}
