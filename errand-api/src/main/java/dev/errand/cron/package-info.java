/** Cron expressions: when they fire, in which time zone, and what happens while clocks change. */
@NullMarked
package dev.errand.cron;

import org.jspecify.annotations.NullMarked;
