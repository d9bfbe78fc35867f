/** {@code errand run}: one run, from its file to its output. */
@NullMarked
package dev.errand.cli.run;

import org.jspecify.annotations.NullMarked;
