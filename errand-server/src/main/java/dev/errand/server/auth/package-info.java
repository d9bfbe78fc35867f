/**
 * Who may come in: those with a key, those with a token that the owner of a key gave away, or on a developer's machine those that sit at it. And what can
 * be asked about keys and tokens.
 */
@NullMarked
package dev.errand.server.auth;

import org.jspecify.annotations.NullMarked;
