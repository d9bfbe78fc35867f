/** Errand in a Spring Boot application: on its DataSource, in its transactions, with its beans as tasks. */
@NullMarked
package dev.errand.spring;

import org.jspecify.annotations.NullMarked;
