/** {@code errand bench}. */
@NullMarked
package dev.errand.cli.bench;

import org.jspecify.annotations.NullMarked;
