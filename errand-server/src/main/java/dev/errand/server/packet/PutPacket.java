package dev.errand.server.packet;

import dev.errand.Blobs;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;

/** Tells where a client can put the bytes of a packet. Nothing is stored by this. */
final class PutPacket implements Endpoint {
    private final BlobAddresses addresses;

    PutPacket(BlobAddresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public Route route() {
        return Route.put("/api/v2/packets/{name}");
    }

    @Override
    public Answer answer(Call call) {
        String name = call.parameter("name");
        if (name.length() > Blobs.LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw Problem.malformed(
                    "name",
                    "at most %,d characters are taken, none of them a control character".formatted(Blobs.LONGEST_NAME));
        }
        return Answer.json(new Presigned(addresses.of("PUT", Presigned.PACKET + name, Presigned.LIFE), name));
    }
}
