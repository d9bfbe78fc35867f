package dev.errand.client;

/**
 * What all parts of a client are made of.
 *
 * @param ends who waits for the ends of runs
 */
record Connected(Server server, Background background, Ends ends) {
    static Connected to(Server server) {
        return new Connected(server, new Background(), new Ends(server));
    }
}
