package dev.errand.server.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes requests on to a server, and loses some of its answers. */
final class LosingProxy implements AutoCloseable {
    private final HttpServer proxy;
    private final URI server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger passed = new AtomicInteger();

    private LosingProxy(URI server) throws IOException {
        this.server = server;
        this.proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        proxy.createContext("/", this::handle);
        proxy.start();
    }

    static LosingProxy before(URI server) {
        try {
            return new LosingProxy(server);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + proxy.getAddress().getPort());
    }

    /** Loses so many answers, once the server has given them. */
    void loseNext(int answers) {
        lost.set(answers);
    }

    /** Turns so many requests away, as a server does that has too much to do. */
    void refuseNext(int requests) {
        refused.set(requests);
    }

    /** How many requests the server has answered since this was asked last. */
    int passed() {
        return passed.getAndSet(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.getResponseHeaders().add("retry-after", "0");
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            HttpResponse<byte[]> answer = passedOn(exchange);
            passed.incrementAndGet();
            if (lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return; // which closes the connection
            }
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> passedOn(HttpExchange exchange) throws IOException, InterruptedException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server + exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
                .header("authorization", exchange.getRequestHeaders().getFirst("authorization"))
                .header("content-type", "application/json")
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        proxy.stop(0);
        client.close();
    }
}
