/** {@code errand runs}. */
@NullMarked
package dev.errand.cli.runs;

import org.jspecify.annotations.NullMarked;
