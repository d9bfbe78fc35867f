/** Ways to lay out runs in PostgreSQL, measured beside each other in plain JDBC: what docs/adr/0007 rests on. */
@org.jspecify.annotations.NullMarked
package dev.errand.layout;
