package dev.errand.server.call;

/** Of a token that is good for one use: that use. Asked by one thread. */
public interface OneUse {
    /**
     * Has the token be good for nothing any more that is done once.
     *
     * @throws Problem 422 if it is already
     */
    void spend();

    /** Has it be good again: what it was spent for was refused. */
    void giveBack();
}
