package dev.errand.cli.console;

import dev.errand.TokenId;
import picocli.CommandLine.ITypeConverter;

/** Reads a token's id from the command line. */
public final class TokenIds implements ITypeConverter<TokenId> {
    @Override
    public TokenId convert(String text) {
        return TokenId.of(text);
    }
}
