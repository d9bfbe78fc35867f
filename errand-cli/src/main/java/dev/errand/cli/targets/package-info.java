/** {@code errand webhooks targets}: who is told of events over HTTP. */
@NullMarked
package dev.errand.cli.targets;

import org.jspecify.annotations.NullMarked;
