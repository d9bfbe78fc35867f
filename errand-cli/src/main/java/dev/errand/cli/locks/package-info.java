/** {@code errand locks}. */
@NullMarked
package dev.errand.cli.locks;

import org.jspecify.annotations.NullMarked;
