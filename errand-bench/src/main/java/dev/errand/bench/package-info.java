/** The benchmark: what the engine reaches on this machine, beside what plain SQL reaches on the same database. */
@NullMarked
package dev.errand.bench;

import org.jspecify.annotations.NullMarked;
