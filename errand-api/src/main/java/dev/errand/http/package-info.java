/** HTTP calls from bodies, repeated with the patience and the tact that servers expect. */
@NullMarked
package dev.errand.http;

import org.jspecify.annotations.NullMarked;
