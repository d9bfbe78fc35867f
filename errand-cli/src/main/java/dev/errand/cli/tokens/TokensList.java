package dev.errand.cli.tokens;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists tokens. */
@Command(
        name = "list",
        description = "List tokens, newest first. An option given again widens the list, different options narrow it.")
public final class TokensList extends StoreCommand {
    /** What is longer is in the JSON form. */
    private static final int LONGEST_RESULT = 60;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "In this state: ${COMPLETION-CANDIDATES}.")
    private List<TokenState> states = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "TAG", description = "With this tag.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--run", paramLabel = "ID", converter = Ids.class, description = "Created by this run.")
    private @Nullable RunId run;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, from 1 to 1000 (default: 100).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Go on where a list ended.")
    private @Nullable String after;

    public TokensList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        TokenQuery query = TokenQuery.all()
                .states(states.stream().distinct().toArray(TokenState[]::new))
                .tags(tags.toArray(String[]::new))
                .limit(limit)
                .after(after);
        Page<TokenInfo> page = errand.tokens().list(run == null ? query : query.run(run));
        if (json) {
            console.json(page);
        } else {
            table(page.items()).lines().forEach(console::line);
            page.next().ifPresent(console::more);
        }
        return Exit.OK;
    }

    private static Table table(List<TokenInfo> tokens) {
        Times times = new Times();
        Table table = new Table("id", "name", "state", "created", "times out", "result");
        for (TokenInfo token : tokens) {
            table.row(
                    token.id(),
                    token.name(),
                    token.state(),
                    times.full(token.createdAt()),
                    times.full(token.timeoutAt()),
                    result(token));
        }
        return table;
    }

    private static String result(TokenInfo token) {
        Json value = token.value();
        String text = value != null ? value.text() : token.error() != null ? token.error() : "";
        return OneLine.of(text, LONGEST_RESULT);
    }
}
