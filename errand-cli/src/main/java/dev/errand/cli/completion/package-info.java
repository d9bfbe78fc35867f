/** {@code errand completion}: scripts for shells. */
@NullMarked
package dev.errand.cli.completion;

import org.jspecify.annotations.NullMarked;
