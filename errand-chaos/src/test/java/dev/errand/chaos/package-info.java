@NullMarked
package dev.errand.chaos;

import org.jspecify.annotations.NullMarked;
