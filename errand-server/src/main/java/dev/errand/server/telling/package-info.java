/** Webhooks out: events are posted to those who want them, each by a run that tries until they are taken. */
@NullMarked
package dev.errand.server.telling;

import org.jspecify.annotations.NullMarked;
