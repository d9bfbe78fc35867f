package dev.errand.server.call;

/** Says who somebody is that asks for what is not open to everybody. */
public interface Gate {
    /**
     * Who that is. What they may do is looked at afterwards.
     *
     * @param route what they ask; some do not take tokens
     * @throws Problem 401 or 403 if the gate stays shut
     */
    Caller admit(Head head, Route route);
}
