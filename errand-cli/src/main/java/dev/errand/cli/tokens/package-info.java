/** {@code errand tokens}. */
@NullMarked
package dev.errand.cli.tokens;

import org.jspecify.annotations.NullMarked;
