package dev.errand;

/**
 * A token, to whoever wanted one.
 *
 * @param isHit whether it was there already, under the idempotency key that he gave
 */
public record CreatedToken(TokenInfo info, boolean isHit) {}
