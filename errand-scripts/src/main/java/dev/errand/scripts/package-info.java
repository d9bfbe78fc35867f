/**
 * Tasks from files: {@link dev.errand.scripts.TaskFiles} loads them, {@link dev.errand.scripts.TaskFolder} keeps a running engine
 * in step with a folder.
 *
 * <p>A file is found by {@code FileTree}, told apart by {@code FileKind} and read by {@code FileLoader}. A Java source goes
 * through {@code SourceCompiler} (or {@code ClassCache}) and {@code AnnotatedTasks}, a program through {@code ProgramHeader} and
 * {@code ProgramBody}. Either ends as a {@code LoadedFile}: tasks, or what is wrong.
 */
@NullMarked
package dev.errand.scripts;

import org.jspecify.annotations.NullMarked;
