/** Triggers a run over HTTP: {@code OptionFields} reads its options, {@code Packet} its payload. */
@NullMarked
package dev.errand.server.trigger;

import org.jspecify.annotations.NullMarked;
