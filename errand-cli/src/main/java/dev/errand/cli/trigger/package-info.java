/** {@code errand trigger}. */
@NullMarked
package dev.errand.cli.trigger;

import org.jspecify.annotations.NullMarked;
