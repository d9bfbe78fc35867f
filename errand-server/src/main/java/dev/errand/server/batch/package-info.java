/** Batches over HTTP: opened with how many items they are to have, then filled by a stream of them. */
@NullMarked
package dev.errand.server.batch;

import org.jspecify.annotations.NullMarked;
