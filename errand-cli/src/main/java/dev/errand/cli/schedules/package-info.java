/** {@code errand schedules}. */
@NullMarked
package dev.errand.cli.schedules;

import org.jspecify.annotations.NullMarked;
