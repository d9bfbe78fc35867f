/** Requests about all runs that a filter finds, as clients of the management API ask them. */
@NullMarked
package dev.errand.server.bulk;

import org.jspecify.annotations.NullMarked;
