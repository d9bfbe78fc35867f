/** Queues over HTTP: looked at, paused, how many of their runs may execute overridden. Each endpoint is a class. */
@NullMarked
package dev.errand.server.queue;

import org.jspecify.annotations.NullMarked;
