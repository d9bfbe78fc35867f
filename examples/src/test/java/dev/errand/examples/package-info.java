@NullMarked
package dev.errand.examples;

import org.jspecify.annotations.NullMarked;
