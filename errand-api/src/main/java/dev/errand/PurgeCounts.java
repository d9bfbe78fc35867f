package dev.errand;

/**
 * What came of asking for many runs to be deleted.
 *
 * @param purged how many are gone with all their traces
 * @param executing how many are left, since their bodies are running and nobody asked for force
 */
public record PurgeCounts(long purged, long executing) {}
