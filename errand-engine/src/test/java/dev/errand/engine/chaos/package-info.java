@NullMarked
package dev.errand.engine.chaos;

import org.jspecify.annotations.NullMarked;
