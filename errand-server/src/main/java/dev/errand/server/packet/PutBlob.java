package dev.errand.server.packet;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.time.Duration;

/** Stores the bytes of a packet, piece by piece as they come. Whoever has the address may do it; a body is as large as the server takes any. */
final class PutBlob implements Endpoint {
    private static final Duration LIFE = Duration.ofDays(1);
    private static final String NO_TYPE = "application/octet-stream";

    private record Stored(long size) {}

    private final Errand errand;
    private final BlobAddresses addresses;

    PutBlob(Errand errand, BlobAddresses addresses) {
        this.errand = errand;
        this.addresses = addresses;
    }

    @Override
    public Route route() {
        return Route.put(BlobAddresses.PATH).open();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        String name = addresses.opened(call, "PUT").substring(Presigned.PACKET.length());
        String type = call.header("content-type");
        try {
            return Answer.json(new Stored(errand.blobs()
                    .put(name, type == null || type.isEmpty() ? NO_TYPE : type, LIFE, call.body())
                    .size()));
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("content-type", e);
        }
    }
}
