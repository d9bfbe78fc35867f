/** The store as a whole: back up, copy. */
@NullMarked
package dev.errand.cli.store;

import org.jspecify.annotations.NullMarked;
