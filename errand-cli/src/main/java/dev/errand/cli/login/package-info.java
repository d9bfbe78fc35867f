/** {@code errand login} and {@code errand logout}: the key that a server wants, kept for the commands that ask it. */
@NullMarked
package dev.errand.cli.login;

import org.jspecify.annotations.NullMarked;
