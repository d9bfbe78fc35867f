/** {@code errand keys}: what opens servers to programs. */
@NullMarked
package dev.errand.cli.keys;

import org.jspecify.annotations.NullMarked;
