package dev.errand.server.wire;

import dev.errand.Blob;
import dev.errand.Blobs;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A packet that was stored before the trigger that names it.
 *
 * @param value the text of it
 * @param type how it is packed, without what may stand behind it such as a charset: that is UTF-8
 */
record StoredPacket(JsonNode value, String type) {
    /** Reads the packet that a trigger's payload names. */
    static StoredPacket read(Fields body, Blobs blobs) {
        String name = body.someText(Packet.PAYLOAD);
        Blob blob = blobs.find(name)
                .orElseThrow(() -> impossible(
                        body, "no packet is stored under this name; they are kept for a day, store it again"));
        return new StoredPacket(
                JsonNodeFactory.instance.stringNode(text(body, blob)),
                blob.type().split(";", -1)[0].strip().toLowerCase(Locale.ROOT));
    }

    private static String text(Fields body, Blob blob) {
        try (InputStream bytes = blob.open()) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw impossible(body, "the packet that is stored under this name is not text in UTF-8");
        } catch (IOException e) {
            throw impossible(body, "the packet was replaced or deleted while it was read; store it again");
        }
    }

    private static Problem impossible(Fields body, String message) {
        String place = body.place(Packet.PAYLOAD);
        return Problem.impossible(place, place + ": " + message);
    }
}
