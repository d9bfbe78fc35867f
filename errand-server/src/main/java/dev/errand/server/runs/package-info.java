/** Runs: to look at, to list, to steer. Each endpoint is a class; {@code RunMembers} is how a run reads. */
@NullMarked
package dev.errand.server.runs;

import org.jspecify.annotations.NullMarked;
