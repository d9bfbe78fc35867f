package dev.errand.cli.console;

import dev.errand.ErrandBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of commands that execute bodies: which version of the code that is. */
public final class CodeVersionOption {
    @Option(
            names = "--code-version",
            paramLabel = "VERSION",
            description = "Which version of your code this is, such as 2.4.1 or a commit's hash; attempts tell it.")
    private @Nullable String version;

    /** The same builder, which knows of it. */
    public ErrandBuilder tell(ErrandBuilder builder) {
        return version == null ? builder : builder.version(version);
    }
}
