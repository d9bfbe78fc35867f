package dev.errand.server.http;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoint of a path, which is a tree of segments as they came; what a segment stands for is decoded once, after that. A segment that
 * is said goes before one in braces.
 */
final class Router {
    private static final class Node {
        final Map<String, Node> said = new HashMap<>();
        final Map<String, Endpoint> endpoints = new TreeMap<>();

        @Nullable
        Node any;
    }

    private final Node root = new Node();

    /** @throws IllegalArgumentException if two have one route */
    Router(List<Endpoint> endpoints) {
        endpoints.forEach(this::add);
    }

    private void add(Endpoint endpoint) {
        Node node = root;
        for (String segment : endpoint.route().segments()) {
            if (isParameter(segment)) {
                node.any = node.any == null ? new Node() : node.any;
                node = node.any;
            } else {
                node = node.said.computeIfAbsent(segment, name -> new Node());
            }
        }
        if (node.endpoints.put(endpoint.route().method(), endpoint) != null) {
            throw new IllegalArgumentException("there are two endpoints of " + endpoint.route());
        }
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    /** Null if there is nothing at that path. Who asks for the head is answered as who asks for all. */
    @Nullable
    Endpoint find(String method, String path) {
        Node node = node(path);
        return node == null ? null : node.endpoints.get(method.equals("HEAD") ? "GET" : method);
    }

    /** By which methods one may ask at a path; none if there is nothing. */
    List<String> methods(String path) {
        Node node = node(path);
        return node == null ? List.of() : List.copyOf(node.endpoints.keySet());
    }

    /** By which methods those may ask at a path who show a token, such as pages of others. */
    List<String> methodsForTokens(String path) {
        Node node = node(path);
        return node == null
                ? List.of()
                : node.endpoints.values().stream()
                        .map(Endpoint::route)
                        .filter(Route::tokens)
                        .map(Route::method)
                        .toList();
    }

    private @Nullable Node node(String path) {
        List<String> segments = segments(path);
        return segments.isEmpty() ? null : find(root, segments, 0);
    }

    private static List<String> segments(String path) {
        return path.startsWith("/") ? List.of(path.substring(1).split("/", -1)) : List.of();
    }

    private static @Nullable Node find(Node node, List<String> segments, int at) {
        if (at == segments.size()) {
            return node.endpoints.isEmpty() ? null : node;
        }
        String segment = segments.get(at);
        Node said = node.said.get(segment);
        Node found = said == null ? null : find(said, segments, at + 1);
        return found == null && node.any != null && !segment.isEmpty() ? find(node.any, segments, at + 1) : found;
    }

    /** What stands in a path where the route of its endpoint has names in braces. */
    static Map<String, String> parameters(Endpoint endpoint, String path) {
        List<String> route = endpoint.route().segments();
        List<String> segments = segments(path);
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < route.size(); i++) {
            if (isParameter(route.get(i))) {
                String name = route.get(i).substring(1, route.get(i).length() - 1);
                parameters.put(name, decoded(segments.get(i)));
            }
        }
        return parameters;
    }

    /** A plus is a plus here. */
    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
