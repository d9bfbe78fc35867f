/** {@code errand events}. */
@NullMarked
package dev.errand.cli.events;

import org.jspecify.annotations.NullMarked;
