/** {@code errand nodes}. */
@NullMarked
package dev.errand.cli.nodes;

import org.jspecify.annotations.NullMarked;
