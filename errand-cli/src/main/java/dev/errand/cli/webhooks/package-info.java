/** {@code errand webhooks}: by which other systems trigger runs. */
@NullMarked
package dev.errand.cli.webhooks;

import org.jspecify.annotations.NullMarked;
