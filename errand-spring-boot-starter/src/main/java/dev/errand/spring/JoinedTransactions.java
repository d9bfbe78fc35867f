package dev.errand.spring;

import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.TaskBody;
import dev.errand.Transaction;
import dev.errand.TransactionAction;
import dev.errand.TransactionBody;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/**
 * Makes of a run's transaction Spring's transaction on the DataSource while its code is called: what gets its connections there takes part in
 * it, and so do methods that are {@code @Transactional}.
 */
final class JoinedTransactions {
    private JoinedTransactions() {}

    static <P extends @Nullable Object, O extends @Nullable Object> Task<P, O> of(
            Task<P, O> task, DataSource dataSource) {
        TaskBody<P, O> body = task.body();
        return task.withBody((payload, run) -> body.run(payload, of(run, dataSource)));
    }

    private static RunContext of(RunContext run, DataSource dataSource) {
        InvocationHandler handler = (proxy, method, arguments) -> invoke(run, method, arguments, dataSource);
        return (RunContext)
                Proxy.newProxyInstance(RunContext.class.getClassLoader(), new Class<?>[] {RunContext.class}, handler);
    }

    private static @Nullable Object invoke(
            RunContext run, Method method, @Nullable Object @Nullable [] arguments, DataSource dataSource)
            throws Throwable {
        try {
            if (!method.getName().equals("transaction") || arguments == null) {
                return method.invoke(run, arguments);
            }
            Joined joined = new Joined(dataSource);
            boolean committed = false;
            try {
                Object result = method.invoke(run, joined.within(arguments));
                committed = true;
                return result;
            } finally {
                joined.ended(committed);
            }
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** One of them, of one thread; its code may be called several times. */
    private static final class Joined {
        private final DataSource dataSource;
        private List<TransactionSynchronization> synchronizations = List.of();

        Joined(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        /** The arguments, of which the last is the code. */
        @Nullable
        Object[] within(@Nullable Object[] arguments) {
            @Nullable Object[] all = arguments.clone();
            int last = all.length - 1;
            if (all[last] instanceof TransactionBody<?, ?> body) {
                TransactionBody<@Nullable Object, Exception> within = tx -> call(tx, body);
                all[last] = within;
            } else if (all[last] instanceof TransactionAction<?> action) {
                TransactionAction<Exception> within = tx -> call(tx, ignored -> {
                    action.run(tx);
                    return null;
                });
                all[last] = within;
            }
            return all;
        }

        private @Nullable Object call(Transaction tx, TransactionBody<?, ?> body) throws Exception {
            ended(false);
            if (TransactionSynchronizationManager.isActualTransactionActive()
                    || TransactionSynchronizationManager.isSynchronizationActive()) {
                throw new IllegalStateException(
                        "A transaction of Spring's is under way in this thread: run.transaction is one of its own, whose commit the other's rollback would not undo. Call it outside of what is @Transactional");
            }
            ConnectionHolder holder = new ConnectionHolder(tx.connection(), true);
            holder.setSynchronizedWithTransaction(true);
            TransactionSynchronizationManager.bindResource(dataSource, holder);
            TransactionSynchronizationManager.setActualTransactionActive(true);
            TransactionSynchronizationManager.initSynchronization();
            try {
                Object result = body.run(tx);
                if (holder.isRollbackOnly()) {
                    throw new UnexpectedRollbackException(
                            "The transaction is rolled back, since something that took part in it has failed");
                }
                refuseJpa();
                TransactionSynchronizationUtils.triggerBeforeCommit(false);
                return result;
            } finally {
                leave();
            }
        }

        /**
         * An EntityManager has a connection of its own, on which nobody would commit: it is closed with all that it has not written yet.
         * Told by the name of what Spring binds, since there are applications without JPA.
         */
        private static void refuseJpa() {
            if (TransactionSynchronizationManager.getResourceMap().values().stream()
                    .anyMatch(resource -> resource.getClass().getName().startsWith("org.springframework.orm."))) {
                throw new IllegalStateException(
                        "JPA takes no part in run.transaction, so what its EntityManager has would be lost. Write by JDBC there, or by JPA in a method that is @Transactional and calls run.complete(DataSourceUtils.getConnection(dataSource), output)");
            }
        }

        private void leave() {
            TransactionSynchronizationUtils.triggerBeforeCompletion();
            synchronizations = TransactionSynchronizationManager.getSynchronizations();
            TransactionSynchronizationManager.clearSynchronization();
            TransactionSynchronizationManager.setActualTransactionActive(false);
            TransactionSynchronizationManager.unbindResource(dataSource);
        }

        /** Tells those who wanted to know. */
        void ended(boolean committed) {
            List<TransactionSynchronization> told = synchronizations;
            synchronizations = List.of();
            if (committed) {
                TransactionSynchronizationUtils.invokeAfterCommit(told);
            }
            TransactionSynchronizationUtils.invokeAfterCompletion(
                    told,
                    committed
                            ? TransactionSynchronization.STATUS_COMMITTED
                            : TransactionSynchronization.STATUS_ROLLED_BACK);
        }
    }
}
