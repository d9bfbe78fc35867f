/** What limits and schedules cost on both stores: a program for the command line around {@link dev.errand.bench.Costs}. */
@org.jspecify.annotations.NullMarked
package dev.errand.costs;
