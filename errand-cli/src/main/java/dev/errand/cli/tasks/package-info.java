/** {@code errand tasks}. */
@NullMarked
package dev.errand.cli.tasks;

import org.jspecify.annotations.NullMarked;
