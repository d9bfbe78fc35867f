package dev.errand.store.sql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** A connection as code of users' has it for the time of a transaction that is not theirs to end. Of the thread that makes it. */
public final class GuardedConnection implements InvocationHandler {
    private static final Set<String> LASTING = Set.of(
            "setTransactionIsolation",
            "setReadOnly",
            "setCatalog",
            "setSchema",
            "setHoldability",
            "setClientInfo",
            "setNetworkTimeout",
            "setTypeMap");

    private final Connection connection;
    private final Thread owner = Thread.currentThread();
    private final Connection seen = (Connection)
            Proxy.newProxyInstance(GuardedConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
    private final Set<Statement> statements = Collections.newSetFromMap(new WeakHashMap<>());
    private volatile @Nullable String over;
    private boolean changed;

    public GuardedConnection(Connection connection) {
        this.connection = connection;
    }

    /** To be handed to users. */
    public Connection seen() {
        return seen;
    }

    /** Whether something was set that outlives the transaction. */
    public boolean isChanged() {
        return changed;
    }

    /** Closes what users have left open, so that nothing of the transaction is left. By its owner, once it has ended. */
    public void closeStatements() throws SQLException {
        for (Statement statement : List.copyOf(statements)) {
            statement.close();
        }
    }

    /** Refuses all from now on. */
    public void end(String why) {
        over = why;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // it is about this one
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        return switch (method.getName()) {
            case "equals" -> arguments != null && arguments[0] == proxy;
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "transaction on " + connection;
            case "isClosed" -> over != null || connection.isClosed();
            case "getAutoCommit" -> false;
            case "setAutoCommit" -> autoCommit(arguments);
            case "commit", "close", "abort" -> throw refused(method.getName());
            case "rollback" -> rollback(method, arguments);
            case "isWrapperFor" -> is(arguments) || connection.isWrapperFor((Class<?>) one(arguments));
            case "unwrap" -> is(arguments) ? connection : connection.unwrap((Class<?>) one(arguments));
            default -> delegate(method, arguments);
        };
    }

    private @Nullable Object autoCommit(@Nullable Object @Nullable [] arguments) throws SQLException {
        if (Boolean.TRUE.equals(one(arguments))) {
            throw refused("setAutoCommit");
        }
        return null;
    }

    private @Nullable Object rollback(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        if (arguments == null || arguments.length == 0) {
            throw refused("rollback");
        }
        return delegate(method, arguments); // to a savepoint
    }

    private boolean is(@Nullable Object @Nullable [] arguments) {
        return one(arguments) instanceof Class<?> type && type.isInstance(connection);
    }

    private static Object one(@Nullable Object @Nullable [] arguments) {
        if (arguments == null || arguments.length == 0 || arguments[0] == null) {
            throw new IllegalArgumentException("something is missing");
        }
        return arguments[0];
    }

    private static SQLException refused(String method) {
        return new SQLException(
                "%s() is refused: the engine ends this transaction, with a commit once its code has returned. To roll back, throw"
                        .formatted(method));
    }

    private @Nullable Object delegate(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        String why = over;
        if (why != null) {
            throw new SQLException(why);
        }
        if (!Thread.currentThread().equals(owner)) {
            throw new SQLException("%s() is refused: a transaction's connection is of the thread that began it"
                    .formatted(method.getName()));
        }
        changed |= LASTING.contains(method.getName());
        try {
            Object answer = method.invoke(connection, arguments);
            if (answer instanceof Statement statement) {
                statements.add(statement);
            }
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
