package dev.errand.scripts;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunContext;
import dev.errand.SignalResult;
import dev.errand.TypeRef;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A run to which nothing can be sent, and which publishes nothing and hears of no events. */
abstract class WithoutSignals implements RunContext {
    @Override
    public boolean changed(String mark) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Event> latestEvent(EventFilter filter, Predicate<? super Event> which) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void publish(String named, @Nullable Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> T receive(String named, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> T receive(String named, TypeRef<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> SignalResult<T> receive(String named, Class<T> type, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> SignalResult<T> receive(String named, TypeRef<T> type, Duration timeout) {
        throw new UnsupportedOperationException();
    }
}
