/** Schedules over HTTP, and the time zones they may be in. */
@NullMarked
package dev.errand.server.schedule;

import org.jspecify.annotations.NullMarked;
