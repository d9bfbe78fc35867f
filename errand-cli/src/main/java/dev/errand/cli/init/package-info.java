/** {@code errand init}: a sample project. */
@NullMarked
package dev.errand.cli.init;

import org.jspecify.annotations.NullMarked;
