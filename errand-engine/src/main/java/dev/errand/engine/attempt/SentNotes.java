package dev.errand.engine.attempt;

import dev.errand.Progress;
import dev.errand.engine.isolation.Channel;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.json.Codec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Sends what the body of a child process says to the node, each as it comes: when the body goes on, it is out of its hands. */
final class SentNotes implements NoteTaker {
    private final Channel channel;
    private final Codec codec;
    private final int maxOutput;
    private final PublishedSizes published = new PublishedSizes();
    private long emittedBytes;

    SentNotes(Channel channel, Codec codec, int maxOutput) {
        this.channel = channel;
        this.codec = codec;
        this.maxOutput = maxOutput;
    }

    private void send(Kind kind, String text) {
        channel.say(kind, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void emit(byte[] item) {
        String tooMuch = NoteTaker.tooMuch(emittedBytes, item.length, maxOutput);
        if (tooMuch != null) {
            throw new IllegalArgumentException(tooMuch);
        }
        emittedBytes += item.length;
        channel.say(Kind.ITEM, item);
    }

    @Override
    public void line(Level level, String message) {
        send(Kind.LINE, level + "\n" + message);
    }

    @Override
    public void progress(Progress progress) {
        send(Kind.PROGRESS, progress.done() + " " + progress.total());
    }

    @Override
    public void metadata(String json) {
        send(Kind.METADATA, json);
    }

    @Override
    public synchronized void publish(String name, byte[] json) {
        published.add(name, json.length);
        channel.say(
                Kind.PUBLISHED,
                Jobs.json(codec, new Messages.Published(name, new String(json, StandardCharsets.UTF_8))));
    }

    @Override
    public void raise(String event, @Nullable String data) {
        channel.say(Kind.RAISED, Jobs.json(codec, new Messages.Raised(event, data)));
    }

    @Override
    public synchronized long emittedBytes() {
        return emittedBytes;
    }
}
