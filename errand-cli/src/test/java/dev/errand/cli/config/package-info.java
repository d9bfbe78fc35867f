@NullMarked
package dev.errand.cli.config;

import org.jspecify.annotations.NullMarked;
