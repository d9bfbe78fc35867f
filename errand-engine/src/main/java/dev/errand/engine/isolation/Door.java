package dev.errand.engine.isolation;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Where children connect to their node: a Unix socket in a folder that only this user may enter. */
final class Door implements AutoCloseable {
    private final Path folder;
    private final ServerSocketChannel socket;
    private final LongFunction<@Nullable Child> children;

    /** @param children finds a child by its number */
    Door(LongFunction<@Nullable Child> children) throws IOException {
        this.children = children;
        this.folder = Files.createTempDirectory("errand-");
        this.socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(UnixDomainSocketAddress.of(path()), 128);
        } catch (IOException e) {
            close();
            throw new IOException(
                    "No socket for child processes can be made at %s: %s. A shorter folder for temporary files may help: -Djava.io.tmpdir=…"
                            .formatted(path(), e.getMessage()),
                    e);
        }
        Thread.ofPlatform().daemon().name("errand-child-door").start(this::accept);
    }

    Path path() {
        return folder.resolve("node");
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel accepted = socket.accept();
                Thread.ofPlatform().daemon().name("errand-child-hello").start(() -> greet(new Channel(accepted)));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void greet(Channel channel) {
        Channel.Frame hello = channel.read();
        Child child = hello == null || hello.kind() != Kind.HELLO ? null : children.apply(number(hello));
        if (child == null) {
            channel.close();
        } else {
            child.connected(channel);
        }
    }

    private static long number(Channel.Frame hello) {
        return Long.parseLong(new String(hello.bytes(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            socket.close();
            Files.deleteIfExists(path());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // an empty folder among temporary files is left behind
        }
    }
}
