/** Webhooks: bodies that others post, signed as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> has it. */
@NullMarked
package dev.errand.server.webhook;

import org.jspecify.annotations.NullMarked;
