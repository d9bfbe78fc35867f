package dev.errand.examples.orders;

/** An order to be shipped. */
record Shipment(long order, String item) {}
