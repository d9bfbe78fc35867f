/** Who may come in: those with a key, or on a developer's machine those that sit at it. */
@NullMarked
package dev.errand.server.auth;

import org.jspecify.annotations.NullMarked;
