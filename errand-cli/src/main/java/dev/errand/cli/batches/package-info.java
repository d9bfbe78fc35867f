/** {@code errand batches}. */
@NullMarked
package dev.errand.cli.batches;

import org.jspecify.annotations.NullMarked;
