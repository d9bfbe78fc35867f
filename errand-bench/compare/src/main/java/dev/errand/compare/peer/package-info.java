/** One engine in a process of its own, driven by lines of JSON on standard input. */
@NullMarked
package dev.errand.compare.peer;

import org.jspecify.annotations.NullMarked;
