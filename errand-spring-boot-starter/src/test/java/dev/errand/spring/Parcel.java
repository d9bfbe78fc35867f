package dev.errand.spring;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

/** An entity. Its id comes from a sequence, so that nothing is written before it is flushed. */
@Entity
class Parcel {
    @Id
    @GeneratedValue
    private long id;

    @Column(unique = true)
    private String item;

    Parcel() {
        this("");
    }

    Parcel(String item) {
        this.item = item;
    }

    long id() {
        return id;
    }

    String item() {
        return item;
    }
}
