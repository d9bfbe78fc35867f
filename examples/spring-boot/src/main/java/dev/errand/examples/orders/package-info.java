/** Orders that are shipped by tasks: a Spring Boot application. */
@NullMarked
package dev.errand.examples.orders;

import org.jspecify.annotations.NullMarked;
