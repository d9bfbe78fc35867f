package dev.errand.cli.console;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** One line for each log record on standard error: warnings, with {@code --verbose} more. Called by the JDK when first used. */
public final class Logging {
    private static final String CLASS = "java.util.logging.config.class";
    private static final String LEVEL = "errand.log.level";

    /** For the JDK: sets up logging. */
    public Logging() throws IOException {
        String level = System.getProperty(LEVEL, "WARNING");
        String properties = """
                handlers = java.util.logging.ConsoleHandler
                .level = %s
                java.util.logging.ConsoleHandler.level = ALL
                java.util.logging.SimpleFormatter.format = %%1$tT.%%1$tL %%4$s %%3$s: %%5$s%%6$s%%n
                """.formatted(level);
        LogManager.getLogManager()
                .readConfiguration(new ByteArrayInputStream(properties.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** To be called before anything logs; costs nothing until then. */
    public static void configure(boolean verbose) {
        if (System.getProperty(CLASS) == null && System.getProperty("java.util.logging.config.file") == null) {
            System.setProperty(LEVEL, verbose ? "INFO" : "WARNING");
            System.setProperty(CLASS, Logging.class.getName());
        }
    }
}
