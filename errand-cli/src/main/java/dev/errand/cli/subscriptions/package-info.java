/** {@code errand subscriptions}. */
@NullMarked
package dev.errand.cli.subscriptions;

import org.jspecify.annotations.NullMarked;
