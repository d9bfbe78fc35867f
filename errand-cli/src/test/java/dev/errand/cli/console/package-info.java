@NullMarked
package dev.errand.cli.console;

import org.jspecify.annotations.NullMarked;
