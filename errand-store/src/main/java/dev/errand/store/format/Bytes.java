package dev.errand.store.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A growing row of bytes for compact forms. Numbers take as few bytes as they can. {@link BytesReader} reads them again. */
public final class Bytes {
    private static final int LONGEST_NUMBER = 10;

    private byte[] bytes = new byte[4096];
    private int length;

    public void clear() {
        length = 0;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    public void put(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    public void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    public void number(long value) {
        reserve(LONGEST_NUMBER);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    public void text(@Nullable String text) {
        if (text == null) {
            put(0);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length + 1L);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
