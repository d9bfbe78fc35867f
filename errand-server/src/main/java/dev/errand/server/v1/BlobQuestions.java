package dev.errand.server.v1;

import dev.errand.Blob;
import dev.errand.Errand;
import dev.errand.json.BlobInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;

/** Bytes too large for a message. What they are is asked for as all else, and they themselves come as they are. */
final class BlobQuestions {
    private static final String BLOB = "/blobs/{blob}";

    private record Deleted(boolean deleted) {}

    private BlobQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.put(BLOB, call -> put(errand, call)),
                Question.get(BLOB, call -> errand.blobs().find(name(call)).map(BlobQuestions::info)),
                Question.get(BLOB + "/bytes", call -> bytes(errand, call)),
                Question.delete(BLOB, call -> new Deleted(errand.blobs().delete(name(call)))));
    }

    private static String name(Call call) {
        return call.parameter("blob");
    }

    private static BlobInfo info(Blob blob) {
        return new BlobInfo(blob.name(), blob.type(), blob.size(), blob.createdAt(), blob.keptUntil());
    }

    private static BlobInfo put(Errand errand, Call call) throws IOException {
        Duration life = life(call.query());
        String type = call.header("content-type");
        try {
            return info(errand.blobs()
                    .put(name(call), type == null ? "application/octet-stream" : type, life, call.body()));
        } catch (IllegalArgumentException e) {
            throw Problem.impossible("", e);
        }
    }

    private static Duration life(Query query) {
        String text = query.text("life");
        return Asking.orMalformed("life", () -> {
            try {
                return text == null ? Duration.ofDays(1) : Duration.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("a time is needed, such as PT24H", e);
            }
        });
    }

    private static Answer bytes(Errand errand, Call call) {
        Blob blob =
                errand.blobs().find(name(call)).orElseThrow(() -> Problem.notFound("There is no such blob any more"));
        return Answer.stream("application/octet-stream", out -> {
                    try (InputStream bytes = blob.open()) {
                        bytes.transferTo(out);
                    }
                })
                .header("content-disposition", "attachment");
    }
}
