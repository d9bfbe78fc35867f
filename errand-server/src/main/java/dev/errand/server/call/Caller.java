package dev.errand.server.call;

import dev.errand.Role;

/**
 * Who calls, as far as the server knows.
 *
 * @param name for people: of the key
 */
public record Caller(String name, Role role) {}
