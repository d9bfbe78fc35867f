package dev.errand.json;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.errand.BatchId;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.Timing;
import dev.errand.TokenId;
import dev.errand.cron.Cron;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** How values of the API that are no plain records are written and read. */
final class ApiTypes extends SimpleModule {
    ApiTypes() {
        asText(RunId.class, RunId::of);
        asText(BatchId.class, BatchId::of);
        asText(TokenId.class, TokenId::of);
        addSerializer(Json.class, new JsonWriter());
        addDeserializer(Json.class, new JsonReader());
        addSerializer(Cron.class, new CronWriter());
        addDeserializer(Cron.class, new CronReader());
        setMixInAnnotation(Timing.class, OneOfTimings.class);
        setMixInAnnotation(Schedule.class, PayloadIsJson.class);
    }

    private <T> void asText(Class<T> type, Function<String, T> read) {
        addSerializer(type, new TextWriter<>(type));
        addDeserializer(type, new TextReader<>(type, read));
    }

    /** Which one it is its members tell. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({
        @JsonSubTypes.Type(Timing.Crons.class),
        @JsonSubTypes.Type(Timing.Every.class),
        @JsonSubTypes.Type(Timing.Once.class)
    })
    private interface OneOfTimings {}

    /** Jackson reads its annotation. */
    interface PayloadIsJson {
        @JsonDeserialize(using = JsonReader.class)
        @Nullable
        Object payload();
    }

    private static final class TextWriter<T> extends StdSerializer<T> {
        TextWriter(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
        }
    }

    private static final class TextReader<T> extends StdDeserializer<T> {
        private final transient Function<String, T> read;

        TextReader(Class<T> type, Function<String, T> read) {
            super(type);
            this.read = read;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) {
            return read.apply(in.getString());
        }
    }

    private static final class JsonWriter extends StdSerializer<Json> {
        JsonWriter() {
            super(Json.class);
        }

        @Override
        public void serialize(Json json, JsonGenerator out, SerializationContext context) {
            out.writeRawValue(json.text());
        }
    }

    /** Not private: Jackson makes one for a component that is annotated. */
    static final class JsonReader extends StdDeserializer<Json> {
        JsonReader() {
            super(Json.class);
        }

        @Override
        public Json deserialize(JsonParser in, DeserializationContext context) {
            return new Json(context.readTree(in).toString());
        }

        /** What is there is a value, as everything else is. */
        @Override
        public Json getNullValue(DeserializationContext context) {
            return Json.NULL;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }

    /** An expression, and what it does not say itself. */
    private record CronText(String expression, boolean seconds, boolean bothDays) {
        Cron cron() {
            Cron cron = seconds ? Cron.parseWithSeconds(expression) : Cron.parse(expression);
            return bothDays ? cron.daysMatchBoth() : cron;
        }
    }

    private static final class CronWriter extends StdSerializer<Cron> {
        CronWriter() {
            super(Cron.class);
        }

        @Override
        public void serialize(Cron cron, JsonGenerator out, SerializationContext context) {
            out.writePOJO(new CronText(cron.expression(), cron.hasSeconds(), cron.needsBothDays()));
        }
    }

    private static final class CronReader extends StdDeserializer<Cron> {
        CronReader() {
            super(Cron.class);
        }

        @Override
        public Cron deserialize(JsonParser in, DeserializationContext context) {
            return context.readValue(in, CronText.class).cron();
        }
    }
}
