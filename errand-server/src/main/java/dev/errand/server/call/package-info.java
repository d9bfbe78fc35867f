/**
 * What an endpoint is written with, and no more than that: it says by a {@link dev.errand.server.call.Route} what it is asked by, is handed a
 * {@link dev.errand.server.call.Call}, and gives an {@link dev.errand.server.call.Answer} or throws a {@link dev.errand.server.call.Problem}.
 * Nothing here knows of the library that speaks HTTP, nor of runs.
 *
 * <p>{@code dev.errand.server.runs.RescheduleRun} is one to learn from.
 */
@NullMarked
package dev.errand.server.call;

import org.jspecify.annotations.NullMarked;
