/** {@code errand dev}: an engine on a folder of task files. */
@NullMarked
package dev.errand.cli.dev;

import org.jspecify.annotations.NullMarked;
