/** Runs: to look at, to list, to steer. Each endpoint is a class. */
@NullMarked
package dev.errand.server.runs;

import org.jspecify.annotations.NullMarked;
