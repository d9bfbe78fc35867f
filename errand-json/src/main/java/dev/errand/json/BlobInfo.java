package dev.errand.json;

import java.time.Instant;

/** What there is to know of a {@link dev.errand.Blob} besides its bytes. */
public record BlobInfo(String name, String type, long size, Instant createdAt, Instant keptUntil) {}
