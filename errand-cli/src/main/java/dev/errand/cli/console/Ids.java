package dev.errand.cli.console;

import dev.errand.RunId;
import picocli.CommandLine.ITypeConverter;

/** Reads a run's id from the command line. */
public final class Ids implements ITypeConverter<RunId> {
    @Override
    public RunId convert(String text) {
        return RunId.of(text);
    }
}
