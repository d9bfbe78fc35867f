package dev.errand.server.telling;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.WebhookTargets;
import dev.errand.server.call.Sealing;
import dev.errand.server.call.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has webhook targets told of events. Nothing is read as long as there is no target: it is looked for the first one now and then. Nothing is lost
 * meanwhile, since the subscription by which the log is read is made with the first.
 */
public final class TargetDelivery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetDelivery.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final String PURPOSE = "webhook target";

    private final Errand errand;
    private final Sealing sealing;
    private final TargetSettings settings;
    private final WebhookTargets targets;
    private final Thread looking;
    private @Nullable Errand own;
    private @Nullable Telling telling;
    private boolean begun;
    private boolean closed;

    private TargetDelivery(Errand errand, Secret secret, TargetSettings settings) {
        this.errand = errand;
        this.sealing = sealing(secret);
        this.settings = settings;
        this.targets = errand.webhookTargets();
        this.looking = Thread.ofVirtual().name("errand-webhook-targets").unstarted(this::look);
    }

    /** Begins, in the background. */
    public static TargetDelivery start(Errand errand, Secret secret, TargetSettings settings) {
        TargetDelivery delivery = new TargetDelivery(errand, secret, settings);
        delivery.looking.start();
        return delivery;
    }

    /** Seals the secrets of targets for those who deliver. */
    public static Sealing sealing(Secret secret) {
        return new Sealing(secret, PURPOSE);
    }

    private void look() {
        while (!isDone()) {
            try {
                if (!targets.list().isEmpty()) {
                    begin();
                }
            } catch (StoreException e) {
                LOG.atDebug()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("The store could not be asked for webhook targets, trying again");
            } catch (IllegalStateException e) {
                LOG.atDebug()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("Another server on this engine tells webhook targets of events");
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("Webhook targets cannot be told of events, trying again");
            }
            LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
        }
    }

    private synchronized boolean isDone() {
        return begun || closed;
    }

    private synchronized void begin() {
        if (closed) {
            return;
        }
        Telling made = telling;
        if (made == null) {
            made = new Telling(engine(), sealing, settings);
            telling = made;
        }
        made.begin();
        begun = true;
    }

    private Errand engine() {
        Supplier<Errand> opens = settings.engine();
        if (opens == null) {
            return errand;
        }
        Errand opened = opens.get();
        own = opened;
        return opened;
    }

    /** What is under way is broken off, and tried again by others. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(looking);
        try {
            if (telling != null) {
                telling.close();
            }
        } catch (RuntimeException | IOException e) {
            LOG.atWarn().setCause(e).log("Telling webhook targets of events did not end as it should");
        }
        if (own != null) {
            own.close();
        }
    }
}
