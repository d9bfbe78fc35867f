package dev.errand.engine.child;

import dev.errand.engine.attempt.ChildAttempt;
import dev.errand.engine.isolation.Channel;
import dev.errand.engine.isolation.Child;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.spi.ProcessTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child process of a node: waits for a job, makes the attempt, and ends. It also ends, with all that its body started, when its node
 * is gone.
 */
public final class ChildMain {
    private static final int NODE_IS_GONE = 1;

    private ChildMain() {}

    /** Arguments: the node's socket, and the number by which the node knows this child. */
    public static void main(String[] arguments) throws IOException, UnfitException {
        Signals.leaveToNode();
        Channel channel = Channel.connect(Path.of(arguments[0]));
        channel.send(Kind.HELLO, arguments[1].getBytes(StandardCharsets.UTF_8));
        Codec codec = new Codec();
        warmUp(codec);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> sayGoodbye(channel)));
        channel.send(Kind.READY, new byte[0]);
        serve(channel, codec);
        new ProcessTree(ProcessHandle.current(), List.of(Child.MARK + "=" + System.getenv(Child.MARK))).kill();
        Runtime.getRuntime().halt(NODE_IS_GONE);
    }

    /** Loads what every attempt needs, while nobody waits for it. */
    private static void warmUp(Codec codec) throws UnfitException {
        Messages.Answer example = new Messages.Answer(1, Messages.CallWord.UNKNOWN, null, false, "");
        codec.read(codec.write(example), Messages.Answer.class);
        codec.knows(Messages.Job.class);
    }

    private static void serve(Channel channel, Codec codec) {
        @Nullable ChildAttempt attempt = null;
        Channel.Frame frame;
        while ((frame = channel.read()) != null) {
            if (frame.kind() == Kind.JOB) {
                attempt = ChildAttempt.begin(channel, codec, frame.bytes());
            } else if (attempt != null) {
                switch (frame.kind()) {
                    case CANCEL -> attempt.cancel();
                    case STOP -> attempt.stop(frame.bytes());
                    case ANSWER -> attempt.answer(frame.bytes());
                    case STEP_ANSWER -> attempt.answerStep(frame.bytes());
                    default -> throw new IllegalStateException("a node says " + frame.kind());
                }
            }
        }
    }

    private static void sayGoodbye(Channel channel) {
        channel.send(Kind.EXITING, new byte[0]);
        try {
            channel.flush(1_000);
        } catch (InterruptedException e) {
            // it ends anyway
        }
    }
}
