/**
 * The engine over HTTP: {@link dev.errand.server.ErrandServer} is the door. {@code Endpoints} lists all that can be asked, each a class of its own in
 * a package by what it is about; {@link dev.errand.server.call} is what they are written with, {@link dev.errand.server.http} the way there.
 */
@NullMarked
package dev.errand.server;

import org.jspecify.annotations.NullMarked;
