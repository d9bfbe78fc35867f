package dev.errand.cli.console;

import dev.errand.cli.log.ServiceLog;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * The standard streams. Results go out, everything else goes to err. UTF-8 whatever the locale says, since JSON is. A reader that
 * went away is no error: what is written then is dropped.
 *
 * @param outIsTerminal whether a person sees out
 * @param errIsTerminal whether a person sees err
 */
public record Console(PrintStream out, PrintStream err, InputStream in, boolean outIsTerminal, boolean errIsTerminal) {
    private static final String LOGGER = "dev.errand.cli";

    /** The streams of this process. The launcher knows which are terminals; Java can only tell of all together. */
    public static Console ofProcess() {
        String terminals = System.getProperty("errand.terminals", "");
        return new Console(
                stream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 13)),
                stream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.err), 1 << 10)),
                System.in,
                terminals.contains("1"),
                terminals.contains("2"));
    }

    /** Streams that lead elsewhere, and are no terminals. */
    public static Console to(OutputStream out, OutputStream err) {
        return new Console(stream(out), stream(err), InputStream.nullInputStream(), false, false);
    }

    private static PrintStream stream(OutputStream stream) {
        return new PrintStream(stream, false, StandardCharsets.UTF_8);
    }

    /** A line of the result. */
    public void line(String text) {
        out.println(text);
    }

    /** A line for the person who watches; where nobody does but a program, a line of the log. */
    public void note(String text) {
        if (ServiceLog.isJson()) {
            LoggerFactory.getLogger(LOGGER).info(text);
        } else {
            print(text);
        }
    }

    private void print(String text) {
        out.flush();
        err.println(text);
        err.flush();
    }

    /** With which option the list goes on, to be typed. */
    public void more(String cursor) {
        note("more: --after " + ShellWord.of(cursor));
    }

    /** What is wrong, in one line. */
    public void error(String text) {
        if (ServiceLog.isJson()) {
            LoggerFactory.getLogger(LOGGER).error(text);
        } else {
            print("errand: " + text);
        }
    }

    /** A value as the one JSON document of the result. */
    public void json(Object value) {
        line(JsonText.of(value));
    }

    public void trace(Throwable error) {
        error.printStackTrace(err);
        err.flush();
    }

    /** Whether whoever read the result has gone away. */
    public boolean isBroken() {
        return out.checkError();
    }

    public PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    public PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    public void flush() {
        out.flush();
        err.flush();
    }
}
