/** {@code errand serve} and {@code errand node}: engines that work until they are told to end, with and without HTTP. */
@NullMarked
package dev.errand.cli.serve;

import org.jspecify.annotations.NullMarked;
