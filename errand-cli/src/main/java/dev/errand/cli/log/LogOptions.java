package dev.errand.cli.log;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of commands that work until they are told to end: what they log, and how. */
public final class LogOptions {
    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "How lines on standard error look (default: text).")
    private LogFormat format = LogFormat.TEXT;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description =
                    "What is logged: error, warn, info or debug (default: warn; as json, or with --verbose, info).")
    private @Nullable LogLevel level;

    /** To be called before anything logs. */
    public void configure(boolean verbose) {
        LogLevel usual = verbose || format == LogFormat.JSON ? LogLevel.INFO : LogLevel.WARN;
        ServiceLog.choose(format, level == null ? usual : level);
    }
}
