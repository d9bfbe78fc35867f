package dev.errand.server.packet;

import dev.errand.Blob;
import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a packet, or a part of a run, to whoever has the address. Browsers are told to save what comes, not to show it: its type is the word
 * of who stored it.
 */
final class GetBlob implements Endpoint {
    private final Errand errand;
    private final BlobAddresses addresses;

    GetBlob(Errand errand, BlobAddresses addresses) {
        this.errand = errand;
        this.addresses = addresses;
    }

    @Override
    public Route route() {
        return Route.get(BlobAddresses.PATH).open();
    }

    @Override
    public Answer answer(Call call) {
        String what = addresses.opened(call, "GET");
        Answer answer = what.startsWith(Presigned.RUN)
                ? part(what.substring(Presigned.RUN.length()).split("/", -1))
                : packet(what.substring(Presigned.PACKET.length()));
        return answer.header("content-disposition", "attachment");
    }

    private Answer part(String[] runAndPart) {
        String json =
                RunPart.of(runAndPart[1]).of(errand, RunId.of(runAndPart[0])).text();
        return Answer.bytes("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private Answer packet(String name) {
        Blob blob = errand.blobs().find(name).orElseThrow(() -> Problem.notFound("There is no such packet any more"));
        return Answer.stream(blob.type(), out -> {
            try (InputStream bytes = blob.open()) {
                bytes.transferTo(out);
            }
        });
    }
}
