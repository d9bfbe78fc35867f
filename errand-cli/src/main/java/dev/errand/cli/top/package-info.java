/** {@code errand top}: what runs now. */
@NullMarked
package dev.errand.cli.top;

import org.jspecify.annotations.NullMarked;
