package dev.errand.examples.orders;

/** There is none left of what was ordered. */
class SoldOutException extends RuntimeException {
    SoldOutException(String item) {
        super("There is no " + item + " left");
    }
}
