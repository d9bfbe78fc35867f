package dev.errand.cli.console;

import dev.errand.EffectValidation;
import picocli.CommandLine.Option;

/** Of commands that execute bodies: whether twice, to find those that cannot be replayed. */
public final class StrictOption {
    @Option(
            names = "--strict",
            description =
                    "Execute each body twice, the second time without effects, and fail those that do something else then.")
    private boolean strict;

    public EffectValidation mode() {
        return strict ? EffectValidation.ENABLED : EffectValidation.DISABLED;
    }
}
