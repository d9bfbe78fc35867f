@NullMarked
package dev.errand.scripts;

import org.jspecify.annotations.NullMarked;
