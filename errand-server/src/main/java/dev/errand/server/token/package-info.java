/** Tokens that runs wait for, and the addresses by which anybody completes them. */
@NullMarked
package dev.errand.server.token;

import org.jspecify.annotations.NullMarked;
