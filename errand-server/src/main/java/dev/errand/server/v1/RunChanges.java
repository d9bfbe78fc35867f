package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.MetadataEdit;
import dev.errand.MetadataTooLargeException;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.json.ApiJson;
import dev.errand.json.ErrorCause;
import dev.errand.json.MetadataEditJson;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What others than its body change of a run: its tags and metadata, and who takes what it has emitted. */
final class RunChanges {
    private static final String TAGS = "tags";
    private static final String EDITS = "edits";

    private record Tagged(List<String> tags) {}

    private record Noted(Map<String, Object> metadata) {}

    private RunChanges() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.post("/runs/{run}/tags", call -> tagged(errand, call)),
                Question.post("/runs/{run}/metadata", call -> noted(errand, call)),
                Question.get(
                        "/runs/{run}/emitted/latest",
                        call -> Question.whole(run(errand, call).emitted())),
                Question.post(
                        "/runs/{run}/emitted/take",
                        call -> Question.whole(run(errand, call).takeEmitted())));
    }

    private static Run<Json> run(Errand errand, Call call) {
        return errand.run(call.parameter("run", RunId::of));
    }

    private static Tagged tagged(Errand errand, Call call) throws IOException {
        List<String> tags = call.json().only(TAGS).texts(TAGS);
        Run<Json> run = run(errand, call);
        return new Tagged(Asking.orImpossible(TAGS, () -> run.addTags(tags.toArray(String[]::new))));
    }

    private static Noted noted(Errand errand, Call call) throws IOException {
        Fields body = call.json().only(EDITS, "parents", "roots");
        List<MetadataEdit> edits = edits(body, EDITS);
        List<MetadataEdit> parents = edits(body, "parents");
        List<MetadataEdit> roots = edits(body, "roots");
        Run<Json> run = run(errand, call);
        try {
            return new Noted(run.editMetadata(edits, parents, roots));
        } catch (MetadataTooLargeException e) {
            Problem problem = Problem.of(413, String.valueOf(e.getMessage()));
            throw ErrorCause.of(e)
                    .map(cause -> problem.facts(new Json(ApiJson.text(cause))))
                    .orElse(problem);
        } catch (IllegalArgumentException e) {
            throw Problem.impossible(EDITS, e);
        }
    }

    private static List<MetadataEdit> edits(Fields body, String name) {
        MetadataEditJson[] edits = Bodies.read(body, name, MetadataEditJson[].class, new MetadataEditJson[0]);
        return Asking.orMalformed(
                body.place(name),
                () -> Arrays.stream(edits).map(MetadataEditJson::edit).toList());
    }
}
