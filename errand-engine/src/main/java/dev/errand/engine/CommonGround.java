package dev.errand.engine;

import dev.errand.Errand;
import dev.errand.LockInfo;
import dev.errand.NamedLock;
import dev.errand.Page;
import dev.errand.Queues;
import dev.errand.Schedules;
import dev.errand.Tokens;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schedule.Scheduling;
import dev.errand.engine.value.Values;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Store;
import java.util.List;

/** What all engines on a store share besides tasks and runs: queues and schedules, locks, tokens and values. */
abstract class CommonGround extends DirectTrigger implements Errand {
    final EngineSettings settings;
    final Store store;
    final Codec codec = new Codec();
    final Values values;
    private final Queues queues;

    CommonGround(EngineSettings settings, Store store) {
        this.settings = settings;
        this.store = store;
        this.values = new Values(store.values(), codec, () -> membership().joinToWatch());
        this.queues = new StoredQueues(store.queues(), this::requested);
    }

    abstract Membership membership();

    abstract Scheduling scheduling();

    @Override
    Store store() {
        return store;
    }

    Codec codec() {
        return codec;
    }

    @Override
    public Queues queues() {
        return queues;
    }

    private void requested() {
        Worker working = worker();
        if (working != null) {
            working.keeper.requested();
        }
    }

    @Override
    public Schedules schedules() {
        return scheduling().book();
    }

    @Override
    public NamedLock lock(String name) {
        return membership().locks().lock(name);
    }

    @Override
    public List<LockInfo> locks() {
        return membership().locks().holders();
    }

    @Override
    public Tokens tokens() {
        return new StoredTokens(store.tokens(), codec, settings.clock(), settings.maxOutput());
    }

    @Override
    SignalValues signalValues() {
        return new SignalValues(codec, settings.maxOutput());
    }

    @Override
    public <T> Value<T> value(String name, Class<T> type) {
        return values.value(name, type);
    }

    @Override
    public <T> Value<T> value(String name, TypeRef<T> type) {
        return values.value(name, type.type());
    }

    @Override
    public Page<ValueInfo> values(String after, int limit) {
        return values.list(after, limit);
    }
}
