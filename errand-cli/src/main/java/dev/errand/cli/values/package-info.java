/** {@code errand values}. */
@NullMarked
package dev.errand.cli.values;

import org.jspecify.annotations.NullMarked;
