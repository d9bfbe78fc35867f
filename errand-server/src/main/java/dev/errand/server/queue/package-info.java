/** Queues over HTTP */
@NullMarked
package dev.errand.server.queue;

import org.jspecify.annotations.NullMarked;
