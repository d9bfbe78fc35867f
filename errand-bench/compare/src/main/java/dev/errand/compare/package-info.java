/** Errand beside other engines, on one PostgreSQL, in turn. */
@NullMarked
package dev.errand.compare;

import org.jspecify.annotations.NullMarked;
