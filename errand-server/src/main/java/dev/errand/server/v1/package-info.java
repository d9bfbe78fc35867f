/** The API of this project's own, under {@code /api/errand/v1}: the words of the library, as JSON. */
@NullMarked
package dev.errand.server.v1;

import org.jspecify.annotations.NullMarked;
