package dev.errand.scripts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a file is, judged by its name, its execute bit and its first lines. */
enum FileKind {
    /** A Java source. */
    JAVA,
    /** Something the operating system can execute. */
    PROGRAM,
    /** Written as a script, but without the execute bit: somebody forgot. */
    UNMARKED_SCRIPT,
    /** Anything else: a README, data, an empty file. */
    OTHER;

    static FileKind of(Path file) throws IOException {
        if (String.valueOf(file.getFileName()).endsWith(".java")) {
            return JAVA;
        }
        if (Files.isExecutable(file)) {
            return PROGRAM;
        }
        FileHead head = FileHead.of(file);
        return head.hasShebang() || ProgramHeader.isIn(head) ? UNMARKED_SCRIPT : OTHER;
    }
}
