package dev.errand.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What an application gets, on a SQLite file that is its DataSource's too. */
class ErrandAutoConfigurationTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Configuration(proxyBeanMethods = false)
    static class Application {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);

        @Bean
        Greetings greetings() {
            return new Greetings();
        }

        @Bean
        Task<Integer, Integer> twice() {
            return Task.named("twice", Integer.class, Integer.class).run((number, run) -> number * 2);
        }

        @Bean
        Task<Void, String> slow() {
            return Task.named("slow", Void.class, String.class).run((nothing, run) -> {
                started.countDown();
                released.await();
                return "done";
            });
        }
    }

    @TempDir
    Path folder;

    private ApplicationContextRunner runner;

    @BeforeEach
    void describe() {
        String url = "jdbc:sqlite:" + folder.resolve("app.db");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        ErrandAutoConfiguration.class,
                        ErrandHealthAutoConfiguration.class,
                        ErrandMetricsAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("spring.datasource.url=" + url, "errand.url=" + url, "errand.concurrency=3");
    }

    private static Errand errand(ApplicationContext context) {
        return context.getBean(Errand.class);
    }

    @Test
    void beansAndMethodsOfBeansAreTasks() {
        runner.run(context -> {
            Errand errand = errand(context);
            assertThat(errand.trigger("twice", 21).await(SOON)).hasToString("42");
            assertThat(errand.trigger("greet", new Greetings.Welcome("Ada")).await(SOON))
                    .hasToString("\"Hello Ada from greet\"");
        });
    }

    @Test
    void whatIsDeclaredAroundAMethodHoldsForTheTask() {
        runner.run(context -> assertThat(
                        errand(context).trigger("transactional", null).await(SOON))
                .hasToString("true"));
    }

    @Test
    void aTriggerIsPartOfTheTransactionThatIsOpen() {
        runner.run(context -> {
            Errand errand = errand(context);
            JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
            jdbc.execute("create table orders (id integer primary key)");
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            @Nullable
            Run<?> run = transaction.execute(status -> {
                jdbc.update("insert into orders values (1)");
                Run<?> triggered = errand.trigger("greet", new Greetings.Welcome("Ada"));
                assertThatThrownBy(triggered::info)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has not committed yet");
                return triggered;
            });
            assertThat(run).isNotNull();
            run.await(SOON);
            @Nullable
            Run<?> dropped = transaction.execute(status -> {
                jdbc.update("insert into orders values (2)");
                status.setRollbackOnly();
                return errand.trigger("greet", new Greetings.Welcome("Grace"));
            });
            assertThat(dropped).isNotNull();
            assertThatThrownBy(dropped::info).isInstanceOf(RunNotFoundException.class);
            assertThat(errand.runs(RunQuery.all()).items()).hasSize(1);
            assertThat(jdbc.queryForObject("select count(*) from orders", Integer.class))
                    .isOne();
            assertThat(context.getBean(Greetings.class).greeted()).containsExactly("Ada");
        });
    }

    @Test
    void whatUsesTheDataSourceTakesPartInARunsTransaction() {
        runner.run(context -> {
            Errand errand = errand(context);
            JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
            TransactionTemplate inner = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            jdbc.execute("create table orders (id integer primary key)");
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            errand.put(Task.named("book", Integer.class, String.class)
                    .retry(Retry.fixed(Duration.ZERO).attempts(2))
                    .run((id, run) -> run.transaction("book", String.class, tx -> {
                        jdbc.update("insert into orders values (?)", id);
                        inner.executeWithoutResult(status -> jdbc.update("insert into orders values (?)", id + 1));
                        errand.trigger("greet", new Greetings.Welcome("attempt " + run.attempt()));
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCompletion(int status) {
                                told.add(run.attempt() + (status == STATUS_COMMITTED ? " committed" : " rolled back"));
                            }
                        });
                        if (run.attempt() == 1) {
                            throw new IllegalStateException("on purpose");
                        }
                        return "booked";
                    })));
            assertThat(errand.trigger("book", 1).await(SOON)).hasToString("\"booked\"");
            assertThat(jdbc.queryForList("select id from orders", Integer.class))
                    .containsExactly(1, 2);
            assertThat(told).containsExactly("1 rolled back", "2 committed");
            assertThat(context.getBean(Greetings.class).greeted().poll(60, TimeUnit.SECONDS))
                    .isEqualTo("attempt 2");
            assertThat(errand.runs(RunQuery.all().tasks("greet")).items()).hasSize(1);
        });
    }

    @Test
    void whereSomethingInItHasFailedAllOfARunsTransactionIsRolledBack() {
        runner.run(context -> {
            Errand errand = errand(context);
            JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
            TransactionTemplate inner = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            jdbc.execute("create table orders (id integer primary key)");
            errand.put(Task.named("book", Integer.class, String.class).run((id, run) -> {
                assertThatThrownBy(() -> run.transaction("book", tx -> {
                            jdbc.update("insert into orders values (?)", id);
                            assertThatThrownBy(() -> inner.executeWithoutResult(status -> {
                                        throw new IllegalStateException("on purpose");
                                    }))
                                    .hasMessage("on purpose");
                        }))
                        .isInstanceOf(UnexpectedRollbackException.class);
                inner.executeWithoutResult(status -> assertThatThrownBy(() -> run.transaction("inner", tx -> {}))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("A transaction of Spring's is under way"));
                return "booked";
            }));
            assertThat(errand.trigger("book", 1).await(SOON)).hasToString("\"booked\"");
            assertThat(jdbc.queryForList("select id from orders", Integer.class))
                    .isEmpty();
            assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                    .isFalse();
        });
    }

    @Test
    void aShutdownLetsAttemptsFinishFirst() {
        Run<?>[] run = new Run<?>[1];
        runner.withPropertyValues("errand.drain=60s").run(context -> {
            Application application = context.getBean(Application.class);
            ErrandLifecycle lifecycle = context.getBean(ErrandLifecycle.class);
            run[0] = errand(context).trigger("slow", null);
            assertThat(application.started.await(60, TimeUnit.SECONDS)).isTrue();
            Thread closing = Thread.ofPlatform()
                    .start(() -> context.getSourceApplicationContext().close());
            while (lifecycle.isRunning()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(run[0].state()).isNotEqualTo(RunState.COMPLETED); // the store is open still
            application.released.countDown();
            closing.join();
        });
        runner.run(
                context -> assertThat(errand(context).run(run[0].id()).state()).isEqualTo(RunState.COMPLETED));
    }

    @Test
    void aShutdownGoesOnThoughTheStoreDoesNotAnswer() {
        runner.run(context -> {
            errand(context).close();
            ErrandLifecycle lifecycle = context.getBean(ErrandLifecycle.class);
            lifecycle.stop();
            assertThat(lifecycle.isRunning()).isFalse();
        });
    }

    @Test
    void propertiesAreHeard() {
        runner.withPropertyValues("errand.node-name=here", "errand.version=2.4.1", "errand.max-payload=10")
                .run(context -> {
                    assertThat(errand(context).concurrency()).isEqualTo(3);
                    assertThat(errand(context).nodes().getFirst().name()).isEqualTo("here");
                    assertThat(errand(context).nodes().getFirst().version()).isEqualTo("2.4.1");
                    assertThatThrownBy(() -> errand(context).trigger("greet", new Greetings.Welcome("somebody")))
                            .hasMessageContaining("at most 10");
                });
    }

    @Test
    void healthIsTold() {
        runner.run(context -> {
            Health health = Objects.requireNonNull(context.getBean("errandHealthIndicator", HealthIndicator.class)
                    .health());
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("nodes", 1).containsEntry("concurrency", 3);
        });
    }

    @Test
    void healthCanBeLeftOut() {
        runner.withPropertyValues("management.health.errand.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean("errandHealthIndicator")
                        .hasSingleBean(Errand.class));
    }

    @Test
    void healthIsDownWhileTheStoreDoesNotAnswer() {
        runner.run(context -> {
            errand(context).close();
            Health health = Objects.requireNonNull(context.getBean("errandHealthIndicator", HealthIndicator.class)
                    .health());
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails().get("error")).asString().contains("closed");
        });
    }

    @Test
    void whatIsDoneIsMetered() {
        runner.run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            errand(context).trigger("twice", 1).await(SOON);
            assertThat(meters.get("errand.concurrency").gauge().value()).isEqualTo(3);
            long end = System.nanoTime() + SOON.toNanos();
            while (meters.find("errand.runs.ended").tag("state", "completed").counter() == null
                    || meters.find("errand.attempts").tag("outcome", "returned").timer() == null
                    || meters.get("errand.executing").gauge().value() != 0) {
                assertThat(System.nanoTime()).isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(meters.get("errand.attempts")
                            .tag("outcome", "returned")
                            .timer()
                            .count())
                    .isPositive();
        });
    }

    @Test
    void itCanBeSwitchedOff() {
        runner.withPropertyValues("errand.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(Errand.class).hasNotFailed());
    }

    @Test
    void withoutADatabaseItSaysWhatIsMissing() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ErrandAutoConfiguration.class))
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("Errand needs a database"));
    }
}
