/** What the server's engine does, in numbers. */
@NullMarked
package dev.errand.server.metrics;

import org.jspecify.annotations.NullMarked;
