/** The command line: its door, its tree of commands, its errors. Each command has a package of its own. */
@NullMarked
package dev.errand.cli;

import org.jspecify.annotations.NullMarked;
