/** What is told as it happens: events, and what one run writes, by server-sent events; and the end of a run, for who waits for it. */
@NullMarked
package dev.errand.server.stream;

import org.jspecify.annotations.NullMarked;
