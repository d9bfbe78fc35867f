package dev.errand.scripts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task file written in Java: compiled, unless that was done before, into a class loader of its own. */
final class JavaFile {
    private JavaFile() {}

    static LoadedFile load(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String source;
        try {
            source = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return LoadedFile.broken(file, "is not UTF-8 text");
        }
        return load(file, source);
    }

    /** Loads this version of it, whatever the file holds by now. */
    static LoadedFile load(Path file, String source) {
        CompilerClassPath classPath = CompilerClassPath.ofThisProgram();
        ClassCache cache = ClassCache.ofUser();
        String key = ClassCache.key(String.valueOf(file.getFileName()), source, classPath);
        @Nullable Map<String, byte[]> classes = cache.find(key);
        if (classes == null) {
            Compilation compilation = new SourceCompiler(classPath).compile(file, source);
            if (!compilation.succeeded()) {
                return LoadedFile.broken(file, compilation.diagnostics());
            }
            classes = compilation.classes();
            cache.keep(key, classes);
        }
        return AnnotatedTasks.find(file, source, new VersionLoader(file, classes));
    }
}
