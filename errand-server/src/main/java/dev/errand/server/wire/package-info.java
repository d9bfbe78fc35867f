/**
 * How the words of the HTTP API, which is that of Trigger.dev, become ours and ours become its: triggers, pages of lists, runs, states, times. Endpoints of
 * several packages read and write by them.
 */
@NullMarked
package dev.errand.server.wire;

import org.jspecify.annotations.NullMarked;
