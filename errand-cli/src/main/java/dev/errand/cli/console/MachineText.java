package dev.errand.cli.console;

import dev.errand.Machine;
import picocli.CommandLine.ITypeConverter;

/** Reads a machine from the command line, such as {@code small-1x} or {@code 3/6}. */
public final class MachineText implements ITypeConverter<Machine> {
    @Override
    public Machine convert(String text) {
        return Machine.parse(text);
    }
}
