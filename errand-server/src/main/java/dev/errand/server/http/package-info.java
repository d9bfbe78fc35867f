/**
 * HTTP by Jetty, and nothing that knows of runs: {@link dev.errand.server.http.HttpServer} listens, {@code Router} finds the endpoint of a
 * request, {@code Dispatch} lets the caller in, asks it and turns errors into answers, {@code AnswerWriter} writes them. The only package that
 * sees the library.
 */
@NullMarked
package dev.errand.server.http;

import org.jspecify.annotations.NullMarked;
