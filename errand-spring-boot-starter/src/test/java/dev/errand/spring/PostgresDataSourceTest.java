package dev.errand.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.PostgresServer.Mode;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** What an application gets that has a DataSource which leads to PostgreSQL, and says nothing else. */
class PostgresDataSourceTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Who is not woken looks after 5 s, and may have done so just now, but not again and again. */
    private static final Duration BEFORE_SAFETY_NET = Duration.ofMillis(1_500);

    private static final int NAP_MILLIS = 5;
    private static final int ROUNDS = 3;

    @Configuration(proxyBeanMethods = false)
    static class Application {
        @Bean
        Greetings greetings() {
            return new Greetings();
        }

        @Bean
        Orders orders(Errand errand, DataSource dataSource) {
            return new Orders(errand, new JdbcTemplate(dataSource));
        }
    }

    /** A service as applications have them. */
    static class Orders {
        private final Errand errand;
        private final JdbcTemplate jdbc;

        Orders(Errand errand, JdbcTemplate jdbc) {
            this.errand = errand;
            this.jdbc = jdbc;
        }

        @Transactional
        public Run<Json> place(String item, Consumer<Run<Json>> beforeTheCommit) {
            jdbc.update("insert into orders values (?)", item);
            Run<Json> run = errand.trigger("greet", new Greetings.Welcome(item));
            beforeTheCommit.accept(run);
            return run;
        }
    }

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void dropDatabase() {
        server.dropDatabase(database);
    }

    private static ApplicationContextRunner on(PostgresServer server, String database) {
        server.execute(database, "create table public.orders (item text)");
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        ErrandAutoConfiguration.class,
                        ErrandHealthAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "spring.datasource.url=" + server.url(database),
                        "spring.datasource.hikari.connection-timeout=1000");
    }

    private static Errand errand(ApplicationContext context) {
        return context.getBean(Errand.class);
    }

    private String orders() {
        return String.valueOf(server.query(database, "select string_agg(item, ',') from orders"));
    }

    private static void await(String what, BooleanSupplier condition, Duration time) throws InterruptedException {
        for (long naps = time.toMillis() / NAP_MILLIS; !condition.getAsBoolean(); naps--) {
            assertThat(naps).as(what).isPositive();
            TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
        }
    }

    @Test
    void nothingStartsBeforeTheCommitWhichWakesTheNode() {
        on(server, database).run(context -> {
            Errand errand = errand(context);
            BlockingQueue<String> greeted = context.getBean(Greetings.class).greeted();
            Orders orders = context.getBean(Orders.class);
            for (int round = 0; round < ROUNDS; round++) {
                Run<Json> run = orders.place("piano", triggered -> {
                    passes(errand);
                    assertThat(greeted.poll()).isEqualTo("marker");
                    assertThat(greeted).as("begun before the commit").isEmpty();
                });
                await("it ends though nobody tells of it but the commit", run::isFinished, BEFORE_SAFETY_NET);
                assertThat(greeted.poll()).isEqualTo("piano");
            }
            assertThat(orders()).isEqualTo("piano,piano,piano");
        });
    }

    /** One that would start after those that were triggered before, and has a commit of its own. */
    private static void passes(Errand errand) {
        CompletableFuture.runAsync(() -> {
                    try {
                        errand.trigger("greet", new Greetings.Welcome("marker")).await(SOON);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .join();
    }

    @Test
    void ofAMethodThatThrowsNothingIsLeft() {
        on(server, database).run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThatThrownBy(() -> orders.place("moon", run -> {
                        throw new IllegalStateException("sold out");
                    }))
                    .hasMessage("sold out");
            assertThat(errand(context).runs(RunQuery.all()).items()).isEmpty();
            assertThat(server.query(database, "select count(*) from errand.run"))
                    .isEqualTo("0");
            assertThat(orders()).isEqualTo("null");
        });
    }

    static Stream<Function<DataSource, DataSource>> proxies() {
        return Stream.of(TransactionAwareDataSourceProxy::new, LazyConnectionDataSourceProxy::new);
    }

    @ParameterizedTest
    @MethodSource("proxies")
    void aDataSourceThatIsAProxyOfSpringsIsJoinedAsWell(Function<DataSource, DataSource> proxy) {
        PGSimpleDataSource target = new PGSimpleDataSource();
        target.setUrl(server.url(database));
        on(server, database)
                .withBean(DataSource.class, () -> proxy.apply(target))
                .run(context -> {
                    Orders orders = context.getBean(Orders.class);
                    assertThatThrownBy(() -> orders.place("moon", run -> {
                                throw new IllegalStateException("sold out");
                            }))
                            .hasMessage("sold out");
                    Run<Json> run = orders.place(
                            "piano",
                            triggered -> assertThat(server.query(database, "select count(*) from errand.run"))
                                    .as("runs that others see before the commit")
                                    .isEqualTo("0"));
                    assertThat(run.await(SOON)).hasToString("\"Hello piano from greet\"");
                    assertThat(errand(context).runs(RunQuery.all()).items()).hasSize(1);
                    assertThat(orders()).isEqualTo("piano");
                });
    }

    @Test
    void aRunEndsInTheTransactionOfItsBody() {
        on(server, database).run(context -> {
            Errand errand = errand(context);
            DataSource dataSource = context.getBean(DataSource.class);
            JdbcTemplate jdbc = new JdbcTemplate(dataSource);
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            errand.put(Task.named("book", String.class, String.class).run((item, run) -> {
                transaction.executeWithoutResult(status -> {
                    jdbc.update("insert into orders values (?)", item);
                    run.complete(DataSourceUtils.getConnection(dataSource), "booked " + item);
                });
                return "of no account";
            }));
            assertThat(errand.trigger("book", "piano").await(SOON)).hasToString("\"booked piano\"");
            assertThat(orders()).isEqualTo("piano");
        });
    }

    @Test
    void healthFollowsTheDatabaseAndWorkGoesOnAfterwards() {
        try (PostgresServer own = PostgresServer.start()) {
            on(own, own.createDatabase()).run(context -> {
                HealthIndicator indicator = context.getBean("errandHealthIndicator", HealthIndicator.class);
                await("it is up", () -> status(indicator).equals(Status.UP), SOON);
                own.stop(Mode.FAST);
                await("it is down", () -> status(indicator).equals(Status.DOWN), SOON);
                own.resume();
                await("it is up again", () -> status(indicator).equals(Status.UP), SOON);
                assertThat(errand(context)
                                .trigger("greet", new Greetings.Welcome("Ada"))
                                .await(SOON))
                        .hasToString("\"Hello Ada from greet\"");
            });
        }
    }

    private static Status status(HealthIndicator indicator) {
        return Objects.requireNonNull(indicator.health()).getStatus();
    }
}
