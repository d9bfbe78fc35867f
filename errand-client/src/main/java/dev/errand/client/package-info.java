/** The engine from afar: the words of the library, said to a server over HTTP. */
@NullMarked
package dev.errand.client;

import org.jspecify.annotations.NullMarked;
