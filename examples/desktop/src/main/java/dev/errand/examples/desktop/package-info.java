/** Finds duplicate files: a window, and a worker in a child process. */
@NullMarked
package dev.errand.examples.desktop;

import org.jspecify.annotations.NullMarked;
