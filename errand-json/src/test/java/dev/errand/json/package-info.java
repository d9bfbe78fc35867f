@NullMarked
package dev.errand.json;

import org.jspecify.annotations.NullMarked;
