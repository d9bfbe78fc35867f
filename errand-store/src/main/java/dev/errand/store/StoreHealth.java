package dev.errand.store;

import java.util.List;

/**
 * @param version of the database software
 * @param schema the number of the newest migration in it
 * @param bytes its size on disk
 * @param freeBytes what is free where it lives; -1 if unknown
 * @param problems what is wrong, a sentence each; empty if nothing is
 */
public record StoreHealth(String version, int schema, long bytes, long freeBytes, List<String> problems) {}
