package dev.errand.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code keeps to the map in ARCHITECTURE.md. Here, since the examples come last and see all of it. */
class HouseTest {
    private static final String API = "dev.errand";
    private static final String[] ALL_ABOVE_API = {
        "dev.errand.store..",
        "dev.errand.engine..",
        "dev.errand.micrometer..",
        "dev.errand.scripts..",
        "dev.errand.testkit..",
        "dev.errand.server..",
        "dev.errand.bench..",
        "dev.errand.cli.."
    };
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/target/lib/")) // which the program's jar names once more
            .importPackages("dev.errand");
    private static final Path ROOT = Path.of("..");

    @Test
    void allModulesAreLookedAt() {
        for (String name : List.of(
                "store",
                "store.sqlite",
                "store.postgres",
                "engine",
                "micrometer",
                "scripts",
                "testkit",
                "server",
                "bench",
                "cli")) {
            assertThat(CLASSES.stream().anyMatch(type -> type.getPackageName().equals("dev.errand." + name)))
                    .describedAs(name)
                    .isTrue();
        }
    }

    @Test
    void theApiKnowsNobody() {
        noClasses()
                .that()
                .resideInAnyPackage(API, "dev.errand.spi")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ALL_ABOVE_API)
                .check(CLASSES);
    }

    @Test
    void theStoreSeamKnowsOnlyTheApi() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.errand.store", "dev.errand.store.copy..", "dev.errand.store.format..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.errand.store.sqlite..",
                        "dev.errand.store.postgres..",
                        "dev.errand.engine..",
                        "dev.errand.scripts..",
                        "dev.errand.testkit..",
                        "dev.errand.bench..",
                        "dev.errand.cli..")
                .check(CLASSES);
    }

    @Test
    void storesKnowOnlyTheSeamAndTheApi() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.errand.store.sqlite..", "dev.errand.store.postgres..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.errand.engine..",
                        "dev.errand.scripts..",
                        "dev.errand.testkit..",
                        "dev.errand.bench..",
                        "dev.errand.cli..")
                .check(CLASSES);
    }

    @Test
    void theEngineKnowsTheSeamButNoStore() {
        noClasses()
                .that()
                .resideInAPackage("dev.errand.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.errand.store.sqlite..",
                        "dev.errand.store.postgres..",
                        "dev.errand.scripts..",
                        "dev.errand.testkit..",
                        "dev.errand.bench..",
                        "dev.errand.cli..")
                .check(CLASSES);
    }

    /** Others pass a user's connection or data source on to the store; none of them runs a statement. */
    @Test
    void onlyTheStoresAndTheBenchmarkSpeakSql() {
        noClasses()
                .that(resideInAPackage("dev.errand..")
                        .and(JavaClass.Predicates.resideOutsideOfPackages(
                                "dev.errand.store.sqlite..",
                                "dev.errand.store.postgres..",
                                "dev.errand.store.sql..",
                                "dev.errand.store.copy..", // rows that both stores read
                                "dev.errand.bench..")))
                .should()
                .dependOnClassesThat(
                        belongToAnyOf(Statement.class, PreparedStatement.class, ResultSet.class, DriverManager.class))
                .check(CLASSES);
    }

    @Test
    void taskFilesKnowNoStoreAndNoCommands() {
        noClasses()
                .that()
                .resideInAPackage("dev.errand.scripts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.errand.store..", "dev.errand.testkit..", "dev.errand.bench..", "dev.errand.cli..")
                .check(CLASSES);
    }

    /** It is an engine's user like others; which store that has, whoever starts the server says. */
    @Test
    void theServerKnowsOnlyTheApiAndOfTheLibraryOnlyWhoListensAndWhoPosts() {
        noClasses()
                .that()
                .resideInAPackage("dev.errand.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.errand.store..",
                        "dev.errand.engine..",
                        "dev.errand.scripts..",
                        "dev.errand.testkit..",
                        "dev.errand.bench..",
                        "dev.errand.cli..")
                .check(CLASSES);
        noClasses()
                .that(resideInAPackage("dev.errand..")
                        .and(JavaClass.Predicates.resideOutsideOfPackages(
                                "dev.errand.server.http..", "dev.errand.server.telling..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @Test
    void nobodyKnowsTheCommandsAndOnlyTheyTheBenchmark() {
        noClasses()
                .that(resideInAPackage("dev.errand..")
                        .and(JavaClass.Predicates.resideOutsideOfPackages("dev.errand.cli..", "dev.errand.bench..")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.errand.cli..", "dev.errand.bench.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.errand.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.errand.cli..")
                .check(CLASSES);
    }

    @Test
    void packagesKnowEachOtherInNoCircle() {
        slices().assignedFrom(new EachPackage()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noFileHasMoreThan400Lines() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> tooLong = modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(HouseTest::sources)
                    .filter(file -> lines(file) > 400)
                    .toList();
            assertThat(tooLong).isEmpty();
        }
    }

    @Test
    void publicTypesOfTheApiSayWhatTheyAreFor() {
        List<Path> silent = sources(ROOT.resolve("errand-api/src/main"))
                .filter(file -> text(file).matches("(?s).*\\n(public|non-sealed) .*"))
                .filter(
                        file -> !text(file)
                                .matches(
                                        "(?s).*\\*/\\s+(@[^\\n]+\\s+)*(public |non-sealed )[^*;]*\\b(class|interface|record|enum)\\b.*"))
                .toList();
        assertThat(silent).isEmpty();
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        return text(file).lines().count();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Each package is a slice of its own. What providers implement, {@code dev.errand.spi}, belongs to the API, whose door looks
     * for providers.
     */
    private static final class EachPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            return name.startsWith(API)
                    ? SliceIdentifier.of(name.equals("dev.errand.spi") ? API : name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
