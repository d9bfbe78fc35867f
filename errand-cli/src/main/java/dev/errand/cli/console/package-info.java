/** What all commands share: standard streams, the store to open, tables, JSON, times. */
@NullMarked
package dev.errand.cli.console;

import org.jspecify.annotations.NullMarked;
