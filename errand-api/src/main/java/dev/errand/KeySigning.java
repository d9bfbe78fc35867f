package dev.errand;

/** Who signs the tokens that the owner of a key gives to others, such as to pages in a browser, by which they may a little of what the key may. */
public enum KeySigning {
    /** The server, where it gives them out with an answer; and nobody else: it knows no more of the key than a hash. */
    NONE,
    /** The server, also when it is asked for one. Such a key has a shape, {@code tr_dev_sk_…}, by which clients know that they have to ask. */
    SERVER,
    /** The owner, with the key. To check them the server has to know it, so that besides the hash it is stored sealed. */
    OWNER
}
