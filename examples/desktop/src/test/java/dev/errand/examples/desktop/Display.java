package dev.errand.examples.desktop;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assumptions.abort;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where windows are shown: on Linux without a screen a virtual one, which ends with this process. */
final class Display {
    private static boolean virtual;

    private Display() {}

    /** Before the first window. Ends the test, loudly, where there can be none. */
    static synchronized void needs() throws Throwable {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        if (!Files.exists(Path.of(System.getProperty("java.home"), "lib", "libawt_xawt.so"))) {
            skip("a JDK with windows; this one is headless: apt-get install openjdk-25-jdk");
        }
        if (System.getenv("DISPLAY") == null && !virtual) {
            begin();
            virtual = true;
        }
        needsFonts();
    }

    /** Java asks fontconfig, also for a theme that brings its own typeface. */
    private static void needsFonts() {
        Graphics2D pen = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            pen.getFontMetrics(new Font(Font.DIALOG, Font.PLAIN, 12));
        } catch (RuntimeException | LinkageError | InternalError e) {
            skip("fonts: apt-get install fontconfig fonts-dejavu-core (" + e + ")");
        } finally {
            pen.dispose();
        }
    }

    private static String skip(String needed) {
        System.err.println("\n!!! SKIPPED: the window of examples/desktop was not tested; it needs " + needed + "\n");
        return abort("needs " + needed);
    }

    private static void begin() throws Throwable {
        String number = start();
        // Xlib asks the process's own environment, which Java only reads, and Java what it found there at its start.
        setEnvironment("DISPLAY", ":" + number);
        System.setProperty("java.awt.headless", "false");
    }

    /** Answers its number. */
    private static String start() {
        try {
            String number = new ProcessBuilder(
                            "Xvfb",
                            "-displayfd", // it takes a number that is free, and writes it there
                            "1",
                            "-screen",
                            "0",
                            "1280x1024x24",
                            "-nolisten",
                            "tcp",
                            "-terminate") // with its last client
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .inputReader()
                    .readLine();
            return number == null ? skip("an Xvfb that starts") : number;
        } catch (IOException e) {
            return skip("the program Xvfb: apt-get install xvfb");
        }
    }

    @SuppressWarnings("restricted")
    private static void setEnvironment(String name, String value) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (failed != 0) {
                throw new IllegalStateException("the environment could not be changed");
            }
        }
    }
}
