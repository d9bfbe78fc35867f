package dev.errand.engine.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.errand.Default;
import dev.errand.Json;
import dev.errand.PayloadSchema;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Past;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractTest {
    enum Size3 {
        SMALL,
        LARGE;

        @Override
        public String toString() {
            return name().charAt(0) + name().substring(1).toLowerCase(java.util.Locale.ROOT);
        }
    }

    record Item(String sku, int count) {}

    record Order(
            UUID id,
            List<Item> items,
            @Nullable Size3 size,
            Map<String, Double> prices,
            Optional<LocalDate> day,
            Instant at,
            Duration within,
            boolean urgent,
            Object more) {}

    record Node(String name, List<Node> kids) {}

    record Person(
            @Default("John") String name,
            int age,
            @Default("[\"new\"]") List<String> tags) {}

    record Home(@NotNull Person owner, @Nullable Person guest) {}

    record Signup(
            @NotBlank @Size(max = 20) String name,
            @Email String mail,
            @Min(18) @Max(130) int age,
            @NotEmpty List<@Pattern(regexp = "[a-z]+") String> tags,
            @Positive @Digits(integer = 5, fraction = 2) BigDecimal price,
            @DecimalMin(value = "0", inclusive = false) double rate,
            @AssertTrue boolean agreed,
            @Past Instant born) {}

    record Renamed(
            @JsonProperty("first-name") String firstName,
            @JsonIgnore int hidden,
            @JsonUnwrapped Item item) {}

    record Both(
            @NotBlank @Size(min = 2) @Pattern(regexp = "A.*") @Pattern(regexp = ".*Z")
            String text) {}

    enum Broken {
        ONE;

        @JsonValue
        Object value() {
            if (this == ONE) {
                throw new IllegalStateException("not today");
            }
            return name();
        }
    }

    record Odd(Broken broken, @Size(max = 4) byte[] bytes) {}

    record Code(@JsonValue String text) {}

    private final Codec codec = new Codec();

    private Contract contract(Class<?> type) {
        return contract(Task.named("task", type).run((payload, run) -> {}));
    }

    private Contract contract(Task<?, ?> task) {
        return new Contracts(codec).of(task);
    }

    private String schema(Class<?> type) {
        return String.valueOf(contract(type).schema()).replace('"', '\'');
    }

    private @Nullable Object read(Contract contract, String json) throws UnfitException {
        return contract.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private String refused(Contract contract, String json) {
        UnfitException error = catchThrowableOfType(UnfitException.class, () -> read(contract, json));
        assertThat(error).as(json).isNotNull();
        return error.path();
    }

    @Test
    void aRecordSaysWhatItsJsonIs() {
        assertThat(schema(Order.class))
                .isEqualTo("{'type':['object','null'],'properties':{"
                        + "'id':{'type':['string','null'],'format':'uuid'},"
                        + "'items':{'type':['array','null'],'items':{'type':['object','null'],'properties':{"
                        + "'sku':{'type':['string','null']},'count':{'type':'integer'}}}},"
                        + "'size':{'enum':['Small','Large',null]},"
                        + "'prices':{'type':['object','null'],'additionalProperties':{'type':['number','null']}},"
                        + "'day':{'type':['string','null'],'format':'date'},"
                        + "'at':{'type':['string','null'],'format':'date-time'},"
                        + "'within':{'type':['string','null']},"
                        + "'urgent':{'type':'boolean'},"
                        + "'more':{}}}");
        assertThat(contract(Order.class).isBeyondType()).isFalse();
    }

    /** What our own JSON of a record is must fit what is derived of it, or typed triggers would be refused by nodes without the code. */
    @Test
    void whatIsWrittenFitsWhatIsDerived() throws UnfitException {
        Order order = new Order(
                UUID.randomUUID(),
                List.of(new Item("a", 1)),
                Size3.SMALL,
                Map.of("a", 1.5),
                Optional.empty(),
                Instant.parse("2026-01-01T00:00:00.5Z"),
                Duration.ofMillis(1),
                true,
                List.of(1, "x"));
        JsonSchema schema =
                JsonSchema.of(new Json(String.valueOf(contract(Order.class).schema())), codec);
        byte[] json = codec.write(order);
        assertThat(schema.fit(json)).isSameAs(json);
        assertThat(codec.read(json, Order.class)).isEqualTo(order);
    }

    /** A type's schema asks no more than reading it does, so that it does not matter which node looks at a payload. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'sku':'a','count':null}",
                "{'sku':'a','count':'1'}",
                "{'sku':'a','count':1.5}",
                "{'sku':7,'count':1}",
                "{'sku':true,'count':1}",
                "{'sku':{},'count':1}",
                "[]",
                "'x'"
            })
    void whatDoesNotFitTheSchemaOfATypeCannotBeRead(String json) {
        Contract contract = contract(Item.class);
        byte[] payload = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        JsonSchema schema = JsonSchema.of(new Json(String.valueOf(contract.schema())), codec);
        assertThat(catchThrowableOfType(UnfitException.class, () -> schema.fit(payload)))
                .isNotNull();
        assertThat(catchThrowableOfType(UnfitException.class, () -> contract.read(payload)))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"{'count':1}", "{'sku':'a'}", "{'sku':null,'count':1,'more':[]}", "null"})
    void whatFitsTheSchemaOfATypeCanBeRead(String json) throws UnfitException {
        Contract contract = contract(Item.class);
        JsonSchema.of(new Json(String.valueOf(contract.schema())), codec)
                .fit(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        read(contract, json);
    }

    @Test
    void aTypeThatContainsItselfRefersToItself() {
        assertThat(schema(Node.class))
                .isEqualTo("{'$ref':'#/$defs/Node','$defs':{'Node':{'type':['object','null'],'properties':{"
                        + "'name':{'type':['string','null']},"
                        + "'kids':{'type':['array','null'],'items':{'$ref':'#/$defs/Node'}}}}}}");
    }

    @Test
    void defaultsOfARecordAreFilledIn() throws UnfitException { // case 170
        Contract contract = contract(Person.class);
        assertThat(contract.isBeyondType()).isTrue();
        assertThat(read(contract, "{'age':30}")).isEqualTo(new Person("John", 30, List.of("new")));
        assertThat(read(contract, "{'age':30,'name':null,'tags':[]}")).isEqualTo(new Person("John", 30, List.of()));
        assertThat(read(contract(Home.class), "{'owner':{'age':1},'guest':{'age':2}}"))
                .isEqualTo(new Home(new Person("John", 1, List.of("new")), new Person("John", 2, List.of("new"))));
        assertThat(refused(contract(Home.class), "{'guest':null}")).isEqualTo("/owner");
    }

    @Test
    void aDefaultThatDoesNotFitIsRefused() {
        record Wrong(@Default("many") int count) {}
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contract(Wrong.class))
                .withMessageStartingWith("Task task: @Default(\"many\") of count does not fit");
    }

    @Test
    void constraintsOfBeanValidationArePartOfTheSchema() {
        assertThat(schema(Signup.class))
                .isEqualTo("{'type':'object','properties':{"
                        + "'name':{'type':'string','pattern':'\\\\S','maxLength':20},"
                        + "'mail':{'type':['string','null'],'format':'email'},"
                        + "'age':{'type':'integer','minimum':18,'maximum':130},"
                        + "'tags':{'type':'array','items':{'type':['string','null'],'pattern':'^(?:[a-z]+)$'},'minItems':1},"
                        + "'price':{'type':['number','null'],'exclusiveMinimum':0,'exclusiveMaximum':100000,'multipleOf':0.01},"
                        + "'rate':{'type':'number','exclusiveMinimum':0},"
                        + "'agreed':{'type':'boolean','enum':[true,null]},"
                        + "'born':{'type':['string','null'],'format':'date-time'}},"
                        + "'required':['name','age','tags','rate','agreed']}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'name':'Ada'|'name':' '|/name",
                "'age':36|'age':17|/age",
                "'mail':'ada@example.org'|'mail':'ada'|/mail",
                "'tags':['a']|'tags':['A']|/tags/0",
                "'tags':['a']|'tags':[]|/tags",
                "'price':1.25|'price':1.255|/price",
                "'price':1.25|'price':0|/price",
                "'price':1.25|'price':100000|/price",
                "'rate':0.5|'rate':0|/rate",
                "'agreed':true|'agreed':false|/agreed"
            })
    void constraintsAreChecked(String good, String bad, String path) throws UnfitException {
        String payload =
                "{'name':'Ada','age':36,'mail':'ada@example.org','tags':['a'],'price':1.25,'rate':0.5,'agreed':true}";
        assertThat(payload).contains(good);
        read(contract(Signup.class), payload);
        assertThat(refused(contract(Signup.class), payload.replace(good, bad))).isEqualTo(path);
    }

    @Test
    void ofSeveralConstraintsAllHold() throws UnfitException {
        Contract contract = contract(Both.class);
        read(contract, "{'text':'AZ'}");
        for (String bad : List.of("A", "AA", "ZZ", " ")) {
            assertThat(refused(contract, "{'text':'" + bad + "'}")).isEqualTo("/text");
        }
    }

    @Test
    void namesAreThoseOfTheJson() throws UnfitException {
        assertThat(schema(Renamed.class))
                .isEqualTo("{'type':['object','null'],'properties':{'first-name':{'type':['string','null']}}}");
        assertThat(schema(Code.class)).isEqualTo("null");
    }

    @Test
    void whatIsNotKnownIsNotAsked() {
        assertThat(schema(Json.class)).isEqualTo("null");
        assertThat(schema(Object.class)).isEqualTo("null");
        assertThat(schema(Odd.class))
                .isEqualTo("{'type':'object','properties':{'broken':{},"
                        + "'bytes':{'type':['string','null'],'contentEncoding':'base64'}}}");
        assertThat(schema(Void.class)).isEqualTo("null");
        assertThat(schema(StringBuilder.class)).isEqualTo("null");
        assertThat(schema(int.class)).isEqualTo("{'type':'integer'}");
    }

    @Test
    void aSchemaByHandGoesBeforeTheType() throws UnfitException {
        Contract contract = contract(Task.named("task", Item.class)
                .schema("{\"properties\":{\"count\":{\"default\":1,\"maximum\":3}}}")
                .run((payload, run) -> {}));
        assertThat(read(contract, "{'sku':'a'}")).isEqualTo(new Item("a", 1));
        assertThat(refused(contract, "{'count':4}")).isEqualTo("/count");
        assertThat(refused(contract, "{'count':'x'}")).isEqualTo("/count"); // says the type
    }

    @Test
    void defaultArgumentsComeBeforeTheSchema() throws UnfitException {
        Contract contract = contract(
                Task.named("task", Person.class).arguments(Map.of("age", 40)).run((payload, run) -> {}));
        assertThat(read(contract, "null")).isEqualTo(new Person("John", 40, List.of("new")));
    }

    @Test
    void aTypesSchemaMayCoerce() throws UnfitException {
        Contract contract = contract(Task.named("task", Item.class)
                .schema(PayloadSchema.ofType().coercing())
                .run((payload, run) -> {}));
        assertThat(read(contract, "{'sku':7,'count':'30'}")).isEqualTo(new Item("7", 30));
    }

    @Test
    void aParserIsAskedInPlaceOfTheType() throws UnfitException {
        Contract contract = contract(Task.named("task", new TypeRef<Duration>() {})
                .parser(json -> Duration.parse("PT" + json.text().replace("\"", "")))
                .run((payload, run) -> {}));
        assertThat(contract.schema()).isNull();
        assertThat(contract.isBeyondType()).isTrue();
        assertThat(read(contract, "'2h'")).isEqualTo(Duration.ofHours(2));
        assertThat(refused(contract, "'soon'")).isEmpty();
    }
}
