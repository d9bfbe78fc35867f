package dev.errand.cli.top;

import dev.errand.cli.console.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Scanner;

/** A terminal's second screen, which leaves the first as it was. */
record Screen(Console console, int rows, int columns) {
    private static final String ESCAPE = "\033[";

    /** As large as the terminal is now. */
    static Screen of(Console console) {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (Scanner size = new Scanner(stty.getInputStream(), StandardCharsets.US_ASCII)) {
                return orUsual(console, size.nextInt(), size.nextInt());
            }
        } catch (IOException | NoSuchElementException unknown) {
            return orUsual(console, 0, 0);
        }
    }

    /** Some terminals do not know their size and say 0. */
    private static Screen orUsual(Console console, int rows, int columns) {
        return new Screen(console, rows > 1 ? rows : 24, columns > 1 ? columns : 80);
    }

    void enter() {
        write("?1049h" + ESCAPE + "?25l");
    }

    void leave() {
        write("?25h" + ESCAPE + "?1049l");
    }

    void draw(List<String> lines) {
        StringBuilder page = new StringBuilder("H");
        lines.stream()
                .limit(rows - 1L)
                .forEach(line -> page.append(line.length() > columns ? line.substring(0, columns) : line)
                        .append(ESCAPE)
                        .append("K\n"));
        write(page.append(ESCAPE).append('J').toString());
    }

    private void write(String sequence) {
        console.out().print(ESCAPE + sequence);
        console.out().flush();
    }
}
