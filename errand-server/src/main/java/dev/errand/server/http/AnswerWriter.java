package dev.errand.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.errand.Json;
import dev.errand.server.call.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Writes answers. Components of records that are null are left out: clients take a null for a value. Entries of maps are not. */
final class AnswerWriter {
    private static final String JSON = "application/json";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .addModule(new SimpleModule().addSerializer(Json.class, new AsItIs()))
            .build();

    private AnswerWriter() {}

    /** What is to be JSON as its bytes, so that what cannot be goes wrong before anything has gone out. */
    static Answer rendered(Answer answer) {
        return answer.body() instanceof Answer.Value(Object value)
                ? new Answer(answer.status(), answer.headers(), new Answer.Bytes(JSON, json(value)))
                : answer;
    }

    /** @param broken told why what was written bit by bit went wrong */
    static void write(Answer answer, Response response, Callback callback, Consumer<Throwable> broken) {
        switch (answer.body()) {
            case Answer.Value(Object value) -> write(answer, JSON, json(value), response, callback);
            case Answer.Bytes(String type, byte[] bytes) -> write(answer, type, bytes, response, callback);
            case Answer.Stream stream -> write(answer, stream, response, callback, broken);
        }
    }

    static byte[] json(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    private static void write(Answer answer, String type, byte[] bytes, Response response, Callback callback) {
        head(answer, type, response);
        if (answer.status() != HttpStatus.NO_CONTENT_204) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        }
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    private static void write(
            Answer answer, Answer.Stream stream, Response response, Callback callback, Consumer<Throwable> broken) {
        head(answer, stream.contentType(), response);
        if (HttpMethod.HEAD.is(response.getRequest().getMethod())) {
            callback.succeeded();
            return;
        }
        OutputStream out = Content.Sink.asOutputStream(response);
        try {
            stream.writer().write(out);
            out.close(); // not where it broke off: that would read as its end
        } catch (IOException | RuntimeException | Error gone) {
            broken.accept(gone);
            callback.failed(new Told(gone));
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callback.failed(e);
            return;
        }
        callback.succeeded();
    }

    private static void head(Answer answer, String type, Response response) {
        response.setStatus(answer.status());
        if (!type.isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        }
        response.getHeaders().put("x-content-type-options", "nosniff");
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        if (!answer.headers().containsKey("cache-control")) {
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        }
    }

    /** What was logged already: the library would do it again, with the path, which may be a secret. */
    private static final class Told extends IOException implements QuietException {
        Told(Throwable cause) {
            super(cause);
        }
    }

    /** JSON that a run was given or gave keeps every character of it. */
    private static final class AsItIs extends ValueSerializer<Json> {
        @Override
        public void serialize(Json value, JsonGenerator out, SerializationContext context) throws JacksonException {
            out.writeRawValue(value.text());
        }
    }
}
