/** {@code errand queues} and {@code errand limits}. */
@NullMarked
package dev.errand.cli.queues;

import org.jspecify.annotations.NullMarked;
