@NullMarked
package dev.errand.server.v1;

import org.jspecify.annotations.NullMarked;
