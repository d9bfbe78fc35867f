package dev.errand.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;

/** Connects to the database. Any thread. */
final class Connections {
    /**
     * How long a process may stand still in the middle of a transaction before the server ends that, with all its locks. Short enough
     * for those who wait for them to beat in time.
     */
    static final int LONGEST_IDLE_MILLIS = 5_000;

    private static final String NOT_IDLE = "set idle_in_transaction_session_timeout = " + LONGEST_IDLE_MILLIS;
    /** The same for the rest of a transaction that others may wait for, on a connection of whomever. */
    static final String BRIEFLY =
            "select set_config('idle_in_transaction_session_timeout', '%d', true)".formatted(LONGEST_IDLE_MILLIS);

    /** And that who ends runs tells others himself, see {@link Tx#heed}. */
    private static final String BRIEFLY_AND_TELLS = BRIEFLY + ", set_config('errand.tells', 'on', true)";

    private static final Driver DRIVER = new Driver();

    private final Settings settings;

    Connections(Settings settings) {
        this.settings = settings;
    }

    /** A connection with its statements, for one thread at a time. */
    Database open() throws SQLException {
        DataSource source = settings.dataSource();
        Connection connection = source == null ? connect(settings.url(), defaults()) : source.getConnection();
        return new Database(connection, settings.schema());
    }

    /** One for what nodes do all day: many small transactions, which others may wait for. */
    Database openToWork(Plans plans) throws SQLException {
        Database database = open();
        if (settings.pooled() || settings.dataSource() != null) {
            database.beginWith(BRIEFLY_AND_TELLS);
        }
        if (!settings.pooled()) {
            try {
                if (settings.dataSource() == null) {
                    database.run(NOT_IDLE);
                    database.run(plans.set());
                } else {
                    database.borrow(plans.set(), plans.reset());
                }
            } catch (SQLException e) {
                database.close();
                throw e;
            }
        }
        return database;
    }

    /** One that can LISTEN. */
    Database openToListen() throws SQLException {
        String url = settings.listenUrl() == null ? settings.url() : settings.listenUrl();
        if (settings.listenUrl() == null && settings.dataSource() != null) {
            return open();
        }
        Properties defaults = defaults();
        if (ListeningSockets.isKnownToDriver()) {
            defaults.setProperty("socketFactory", ListeningSockets.class.getName());
        }
        return new Database(connect(url, defaults), settings.schema());
    }

    /** What the URL says goes before these. */
    private Properties defaults() {
        Properties defaults = new Properties();
        defaults.setProperty("ApplicationName", "errand");
        defaults.setProperty("tcpKeepAlive", "true");
        defaults.setProperty("connectTimeout", "4"); // less than Looking leaves for a beat
        defaults.setProperty("loginTimeout", "10");
        defaults.setProperty("socketTimeout", "30");
        defaults.setProperty("targetServerType", "primary");
        defaults.setProperty("binaryTransferEnable", Integer.toString(UuidArray.OID));
        if (settings.pooled()) {
            defaults.setProperty("prepareThreshold", "0");
        }
        return defaults;
    }

    /**
     * The driver gives up where the thread is interrupted, which would read as a store that is away. So it is asked once more, and who waits for
     * something afterwards hears of the interrupt there.
     */
    private Connection connect(String url, Properties defaults) throws SQLException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return connected(url, defaults);
                } catch (SQLException e) {
                    if (!Thread.interrupted()) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Connection connected(String url, Properties defaults) throws SQLException {
        Connection connection = DRIVER.connect(url, new Properties(defaults));
        if (connection == null) {
            throw new SQLException("the PostgreSQL driver does not take the URL " + settings.shownUrl(), "08001");
        }
        return connection;
    }
}
