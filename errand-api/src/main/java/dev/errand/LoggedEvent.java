package dev.errand;

/**
 * An event and its place in the log.
 *
 * @param cursor where to read on after it, for {@link EventLog}; to be kept and handed back as it is
 */
public record LoggedEvent(Event event, String cursor) {}
