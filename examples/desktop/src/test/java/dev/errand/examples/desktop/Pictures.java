package dev.errand.examples.desktop;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with photos, some of them twice, and two films that nobody reads to their end, since they are of holes and have a terabyte. */
record Pictures(Path folder) {
    /** All have the size of another. */
    static final int FILES = 32;

    /** Those before the films. */
    static final int FIRST_PHOTOS = 19;

    /** Of these those that hold what another holds. */
    static final int FIRST_COPIES = 6;

    /** A line that is logged for each copy, and one at the beginning. */
    static final int FIRST_LINES = 1 + FIRST_COPIES;

    static final int COPIES = FIRST_COPIES + 1;
    static final long PHOTO = 2_400_000;
    private static final long FILM = 1L << 40;

    static Pictures in(Path parent) throws IOException {
        Pictures pictures = new Pictures(parent.resolve("Pictures"));
        pictures.photos("Lisbon", "IMG_%d.jpg", 2041, 2052);
        pictures.photo("Lisbon/IMG_2044_edited.jpg", 2044);
        pictures.photo("Phone backup/20260614_174502.jpg", 2043);
        pictures.photo("Phone backup/20260614_174519.jpg", 2045);
        pictures.photo("Phone backup/20260614_181133.jpg", 2046);
        pictures.photo("Phone backup/20260615_090817.jpg", 2050);
        pictures.photo("Phone backup/20260615_102254.jpg", 2052);
        pictures.photo("Phone backup/20260702_203341.jpg", 1);
        pictures.file("Wedding/film.mp4", FILM, 0);
        pictures.file("Wedding/film_copy.mp4", FILM, 0);
        pictures.photos("Winter", "IMG_%d.jpg", 3110, 3119);
        pictures.photo("Winter/for grandma.jpg", 3114);
        return pictures;
    }

    private void photos(String album, String name, int first, int last) throws IOException {
        for (int number = first; number <= last; number++) {
            photo(album + "/" + name.formatted(number), number);
        }
    }

    private void photo(String name, int content) throws IOException {
        file(name, PHOTO, content);
    }

    private void file(String name, long size, int content) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
            file.writeInt(content);
        }
    }

    /** Ends the films, also for who is reading them. They are no copies of each other then. */
    void cutFilms() throws IOException {
        Files.writeString(folder.resolve("Wedding/film.mp4"), "x");
        Files.writeString(folder.resolve("Wedding/film_copy.mp4"), "y");
    }
}
