package dev.errand.scripts;

import dev.errand.RunContext;
import dev.errand.SignalResult;
import dev.errand.TypeRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A run to which nothing can be sent, and which publishes nothing. */
abstract class WithoutSignals implements RunContext {
    @Override
    public boolean changed(String mark) {
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
