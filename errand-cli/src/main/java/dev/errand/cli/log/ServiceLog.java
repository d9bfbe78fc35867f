package dev.errand.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log of a service, on standard error, by Logback; other commands, which want to start quickly, log by what the JDK has. What was chosen stands
 * in system properties, so that the processes of isolated attempts, which inherit them, log likewise. Logback finds this class when something
 * logs first, and asks it before any file that a task's jar may have.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class ServiceLog extends ContextAwareBase implements Configurator {
    private static final String PROVIDER = "slf4j.provider";
    private static final String LOGBACK = "ch.qos.logback.classic.spi.LogbackServiceProvider";
    private static final String JDK = "org.slf4j.jul.JULServiceProvider";
    /** SLF4J would say on standard error what it was told. */
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private static final String FORMAT = "errand.log.format";
    private static final String LEVEL = "errand.log.level";

    /** The message, then what is told with it, then run and attempt if the line comes from a body. */
    private static final String TEXT = "%d{HH:mm:ss.SSS} %p %logger: %replace(%m %kvp{NONE} %X){'\\s+$', ''}%n";

    /** For the class loader of services. */
    public ServiceLog() {}

    /** Of a command that ends by itself; a service chooses otherwise afterwards. */
    public static void chooseQuick() {
        if (System.getProperty(PROVIDER) == null) {
            System.setProperty(PROVIDER, JDK);
            System.setProperty(VERBOSITY, "WARN");
        }
    }

    static void choose(LogFormat format, LogLevel level) {
        System.setProperty(PROVIDER, LOGBACK);
        System.setProperty(FORMAT, format.name());
        System.setProperty(LEVEL, level.name());
    }

    /** Whether nothing but JSON is to be on standard error. */
    public static boolean isJson() {
        return LogFormat.JSON.name().equals(System.getProperty(FORMAT));
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(isJson() ? json(context) : text(context));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty(LEVEL), Level.WARN));
        root.addAppender(appender);
        SLF4JBridgeHandler.removeHandlersForRootLogger(); // drivers log by what the JDK has
        SLF4JBridgeHandler.install();
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(TEXT);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }
}
