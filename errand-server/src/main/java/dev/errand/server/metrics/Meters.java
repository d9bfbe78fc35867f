package dev.errand.server.metrics;

import dev.errand.Errand;
import dev.errand.micrometer.ErrandMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The engine's meters and those of the process around it, from when they are made. */
final class Meters implements AutoCloseable {
    /** Of more tasks no series are made: who has so many counts them otherwise. */
    private static final int MOST_TASKS = 500;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ErrandMeters engine;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    Meters(Errand errand) {
        this.engine = new ErrandMeters(errand);
        registry.config()
                .meterFilter(MeterFilter.maximumAllowableTags("errand.", "task", MOST_TASKS, MeterFilter.deny()));
        engine.bindTo(registry);
        bindProcess(registry);
    }

    private void bindProcess(MeterRegistry to) {
        collections.bindTo(to);
        new ClassLoaderMetrics().bindTo(to);
        new JvmInfoMetrics().bindTo(to);
        new JvmMemoryMetrics().bindTo(to);
        new JvmThreadMetrics().bindTo(to);
        new FileDescriptorMetrics().bindTo(to);
        new ProcessorMetrics().bindTo(to);
        new UptimeMetrics().bindTo(to);
    }

    String text(String contentType) {
        return registry.scrape(contentType);
    }

    @Override
    public void close() {
        engine.close();
        collections.close();
        registry.close();
    }
}
