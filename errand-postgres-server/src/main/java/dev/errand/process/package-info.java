/** Other processes of Java, for tests. */
@org.jspecify.annotations.NullMarked
package dev.errand.process;
