package dev.errand.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.AsTask;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.store.postgres.server.PostgresServer;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.annotation.Transactional;

/** What an application with JPA gets: what it writes by Hibernate, and what it triggers or ends beside that, are one transaction. */
class JpaTransactionsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Who is not woken looks after 5 s, and may have done so just now, but not again and again. */
    private static final Duration BEFORE_SAFETY_NET = Duration.ofMillis(1_500);

    private static final int NAP_MILLIS = 5;
    private static final int ROUNDS = 3;

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        HibernateJpaAutoConfiguration.class,
        DataJpaRepositoriesAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        ErrandAutoConfiguration.class
    })
    static class Application {
        @Bean
        Shop shop(Errand errand, Parcels parcels, DataSource dataSource) {
            return new Shop(errand, parcels, dataSource);
        }
    }

    /** What is in the parcel, and what instead if somebody has that. */
    record Packing(String item, String instead) {}

    /** A service as applications have them, some of whose methods are tasks. */
    static class Shop {
        private final Errand errand;
        private final Parcels parcels;
        private final DataSource dataSource;
        private final BlockingQueue<String> shipped = new LinkedBlockingQueue<>();

        Shop(Errand errand, Parcels parcels, DataSource dataSource) {
            this.errand = errand;
            this.parcels = parcels;
            this.dataSource = dataSource;
        }

        public BlockingQueue<String> shipped() {
            return shipped;
        }

        @Transactional
        public Run<Json> send(String item, Consumer<Run<Json>> beforeTheCommit) {
            Parcel parcel = parcels.save(new Parcel(item));
            Run<Json> run = errand.trigger("ship", parcel.id());
            beforeTheCommit.accept(run);
            return run;
        }

        @AsTask(value = "ship", attempts = 1)
        public String ship(Long parcel) {
            String item = parcels.findById(parcel).map(Parcel::item).orElse("nothing");
            shipped.add(item);
            return item;
        }

        @AsTask(value = "pack", attempts = 2, delay = "10ms")
        @Transactional
        public String pack(Packing packing, RunContext run) {
            String item = run.attempt() == 1 ? packing.item() : packing.instead();
            parcels.save(new Parcel(item));
            run.complete(DataSourceUtils.getConnection(dataSource), "packed " + item);
            return "of no account";
        }
    }

    private static final PostgresServer SERVER = PostgresServer.shared();
    private static String database;
    private static AnnotationConfigApplicationContext context;

    @BeforeAll
    static void start() {
        database = SERVER.createDatabase();
        context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of(
                        "spring.datasource.url=" + SERVER.url(database),
                        "spring.datasource.hikari.maximum-pool-size=12",
                        "spring.jpa.hibernate.ddl-auto=create")
                .applyTo(context);
        context.register(Application.class);
        context.refresh();
    }

    @AfterAll
    static void stop() {
        context.close();
        SERVER.dropDatabase(database);
    }

    private final Errand errand = bean(Errand.class);
    private final Shop shop = bean(Shop.class);
    private final Parcels parcels = bean(Parcels.class);
    private final JdbcTemplate jdbc = new JdbcTemplate(bean(DataSource.class));

    private static <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    private int parcelsOf(String item) {
        return Objects.requireNonNull(
                jdbc.queryForObject("select count(*) from parcel where item = ?", Integer.class, item));
    }

    /** How much there is for others. */
    private static String committed() {
        return String.valueOf(
                SERVER.query(
                        database,
                        "select (select count(*) from parcel) || ' parcels, ' || (select count(*) from errand.run) || ' runs'"));
    }

    @Test
    void anEntityAndARunExistFromOneCommitOnWhichWakesTheNode() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String item = "piano " + round;
            String before = committed();
            Run<Json> run = shop.send(item, triggered -> {
                assertThat(committed()).as("before the commit").isEqualTo(before);
                assertThat(parcelsOf(item)).as("Hibernate writes later").isZero();
                passes();
                assertThat(shop.shipped().poll()).isEqualTo("nothing");
                assertThat(shop.shipped()).as("begun before the commit").isEmpty();
            });
            assertThat(parcelsOf(item)).isOne();
            await("it ends though nobody tells of it but the commit", run);
            assertThat(shop.shipped().poll()).as("what the body read").isEqualTo(item);
            assertThat(run.await(SOON)).hasToString("\"" + item + "\"");
        }
    }

    /** One that would start after those that were triggered before, and has a commit of its own. */
    private void passes() {
        CompletableFuture.runAsync(() -> {
                    try {
                        errand.trigger("ship", 0).await(SOON);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .join();
    }

    private static void await(String what, Run<?> run) throws InterruptedException {
        for (long naps = BEFORE_SAFETY_NET.toMillis() / NAP_MILLIS; !run.isFinished(); naps--) {
            assertThat(naps).as(what).isPositive();
            TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
        }
    }

    @Test
    void ofAMethodThatThrowsNeitherIsLeft() {
        String before = committed();
        assertThatThrownBy(() -> shop.send("moon", run -> {
                    parcels.flush();
                    assertThat(parcelsOf("moon")).isOne();
                    throw new IllegalStateException("sold out");
                }))
                .hasMessage("sold out");
        assertThat(committed()).isEqualTo(before);
    }

    @Test
    void whereHibernateCannotWriteWhenItCommitsNeitherIsLeft() throws Exception {
        shop.send("harp", run -> {}).await(SOON);
        shop.shipped().clear();
        String before = committed();
        assertThatThrownBy(() -> shop.send("harp", run -> {})).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(committed()).isEqualTo(before);
    }

    @Test
    void aRunEndsInTheTransactionInWhichItsBodyWrites() throws Exception {
        parcels.save(new Parcel("drum"));
        assertThat(errand.trigger("pack", new Packing("drum", "flute")).await(SOON))
                .as("the first attempt's end was rolled back, since a second drum cannot be written")
                .hasToString("\"packed flute\"");
        assertThat(parcelsOf("drum")).isOne();
        assertThat(parcelsOf("flute")).isOne();
    }

    @Test
    void aRunsTransactionRefusesJpaAndLosesNothing() throws Exception {
        EntityManager entities = SharedEntityManagerCreator.createSharedEntityManager(bean(EntityManagerFactory.class));
        errand.put(Task.named("book", String.class, String.class).run((item, run) -> {
            assertThatThrownBy(() -> run.transaction("saved", tx -> {
                        jdbc.update("insert into parcel (id, item) values (-1, ?)", item + " beside what is saved");
                        parcels.save(new Parcel(item));
                    }))
                    .isInstanceOf(CannotCreateTransactionException.class);
            assertThatThrownBy(() -> run.transaction("persisted", tx -> {
                        jdbc.update("insert into parcel (id, item) values (-1, ?)", item + " beside what is persisted");
                        entities.persist(new Parcel(item));
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("JPA takes no part in run.transaction");
            run.transaction(
                    "written", tx -> jdbc.update("insert into parcel (id, item) values (-1, ?)", item + " by JDBC"));
            return "booked";
        }));
        assertThat(errand.trigger("book", "tuba").await(SOON)).hasToString("\"booked\"");
        assertThat(jdbc.queryForList("select item from parcel where item like 'tuba%'", String.class))
                .containsExactly("tuba by JDBC");
    }
}
