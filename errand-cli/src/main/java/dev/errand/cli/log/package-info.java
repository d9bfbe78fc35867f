/** What commands log that work until they are told to end. */
@NullMarked
package dev.errand.cli.log;

import org.jspecify.annotations.NullMarked;
