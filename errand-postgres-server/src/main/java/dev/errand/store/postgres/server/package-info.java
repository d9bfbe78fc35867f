/** A real PostgreSQL server and a bad network in front of it, for tests and benchmarks. */
@org.jspecify.annotations.NullMarked
package dev.errand.store.postgres.server;
