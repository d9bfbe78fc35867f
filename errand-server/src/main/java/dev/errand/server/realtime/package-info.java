/** Runs as they change, for those who hold a request open until they do. */
@NullMarked
package dev.errand.server.realtime;

import org.jspecify.annotations.NullMarked;
