/** What options say that the command line does not give: the environment and a file. */
@NullMarked
package dev.errand.cli.config;

import org.jspecify.annotations.NullMarked;
