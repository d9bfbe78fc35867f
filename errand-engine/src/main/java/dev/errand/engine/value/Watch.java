package dev.errand.engine.value;

import dev.errand.Subscription;
import dev.errand.ValueInfo;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler and the newest of the value that it has not been told of: one call at a time, so that a slow one holds up nobody but itself. */
final class Watch implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final String name;
    private final Executor executor;
    private final Consumer<ValueInfo> handler;
    private final Consumer<Watch> remove;
    private long latest = -1;
    private @Nullable ValueInfo untold;
    private boolean busy;
    private volatile boolean closed;

    Watch(String name, Executor executor, Consumer<ValueInfo> handler, Consumer<Watch> remove) {
        this.name = name;
        this.executor = executor;
        this.handler = handler;
        this.remove = remove;
    }

    String name() {
        return name;
    }

    /** What the value is now; of one thread. */
    void offer(ValueInfo now) {
        synchronized (this) {
            if (closed || now.version() == latest) {
                return;
            }
            latest = now.version();
            untold = now;
            if (busy) {
                return;
            }
            busy = true;
        }
        try {
            executor.execute(this::work);
        } catch (RejectedExecutionException e) {
            LOG.atWarn()
                    .addKeyValue("value", name)
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The executor of a watch of a value took no more; its handler is called no more");
            close();
        } catch (Throwable e) { // an executor of the user's; nobody else hears less for it
            LOG.atError()
                    .addKeyValue("value", name)
                    .setCause(e)
                    .log("The executor of a watch of a value failed; its handler is called no more");
            close();
        }
    }

    private void work() {
        ValueInfo now;
        while ((now = next()) != null) {
            try {
                if (!closed) {
                    handler.accept(now);
                }
            } catch (Throwable e) { // code of users may throw anything; it ends no watch
                LOG.atError().addKeyValue("value", name).setCause(e).log("A value that is watched was not told of");
            }
        }
    }

    private synchronized @Nullable ValueInfo next() {
        ValueInfo next = untold;
        untold = null;
        busy = next != null;
        return next;
    }

    @Override
    public void close() {
        closed = true;
        remove.accept(this);
    }
}
