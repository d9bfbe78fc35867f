/** Payloads and outputs too large for a message, kept as blobs beside the runs. */
@NullMarked
package dev.errand.server.packet;

import org.jspecify.annotations.NullMarked;
