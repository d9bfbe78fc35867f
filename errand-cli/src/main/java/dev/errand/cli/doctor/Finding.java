package dev.errand.cli.doctor;

/**
 * What one look came to.
 *
 * @param subject what was looked at, in a word
 * @param text what there is
 * @param advice what to do; empty if nothing
 */
record Finding(Verdict verdict, String subject, String text, String advice) {
    enum Verdict {
        OK,
        WARN,
        ERROR
    }

    static Finding ok(String subject, String text) {
        return new Finding(Verdict.OK, subject, text, "");
    }

    static Finding warn(String subject, String text, String advice) {
        return new Finding(Verdict.WARN, subject, text, advice);
    }

    static Finding error(String subject, String text, String advice) {
        return new Finding(Verdict.ERROR, subject, text, advice);
    }

    String line() {
        return "%-5s  %-6s %s%s".formatted(verdict, subject, text, advice.isEmpty() ? "" : " → " + advice);
    }
}
