/** How times and states read in the HTTP API, which is that of Trigger.dev. */
@NullMarked
package dev.errand.server.wire;

import org.jspecify.annotations.NullMarked;
