/** Triggers runs over HTTP, one at a time. */
@NullMarked
package dev.errand.server.trigger;

import org.jspecify.annotations.NullMarked;
