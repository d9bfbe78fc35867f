/** Whether the server lives, and whether it does what it is for. */
@NullMarked
package dev.errand.server.health;

import org.jspecify.annotations.NullMarked;
