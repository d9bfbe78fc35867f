package dev.errand;

/** What a program may do at a server. Each may do what those before it may. */
public enum Role {
    /** Look at everything. */
    VIEWER,
    /** Trigger, cancel, replay, pause and the like. */
    OPERATOR,
    /** Make and revoke keys. */
    ADMIN;

    /** Whether this one may do what that one may. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
