/** {@code errand doctor}: what is wrong, and what to do. */
@NullMarked
package dev.errand.cli.doctor;

import org.jspecify.annotations.NullMarked;
