/** Small programs that use Errand as a library. Each runs by itself and is run by the build. */
@NullMarked
package dev.errand.examples;

import org.jspecify.annotations.NullMarked;
