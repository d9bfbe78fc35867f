package dev.errand.server.call;

import dev.errand.Errand;
import java.net.URI;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What endpoints are made of.
 *
 * @param errand whom they ask
 * @param ending whether the server is about to end: what holds a request open has to let go of it then
 * @param base where clients find the server, without a slash at the end: what addresses begin with that it tells. Known once it listens, so to
 *     be asked with each call
 * @param secret by which the server knows again what it has signed
 */
public record Surroundings(Errand errand, BooleanSupplier ending, Supplier<URI> base, Secret secret) {}
