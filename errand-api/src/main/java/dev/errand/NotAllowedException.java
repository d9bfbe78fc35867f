package dev.errand;

/** A server does not know who asks, or does not let him do that: by the key he shows, or since he shows none. Nothing was done. */
public final class NotAllowedException extends ErrandException {
    private final boolean known;

    /**
     * @param message in the words of the server
     * @param known whether the key is taken, and only its role does not suffice
     */
    public NotAllowedException(String message, boolean known) {
        super(message);
        this.known = known;
    }

    /** Whether the key is taken there, and only its role does not suffice. */
    public boolean isKnown() {
        return known;
    }
}
