/** Batches over HTTP */
@NullMarked
package dev.errand.server.batch;

import org.jspecify.annotations.NullMarked;
