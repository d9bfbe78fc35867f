/** Keys of triggers. */
@NullMarked
package dev.errand.server.key;

import org.jspecify.annotations.NullMarked;
