package dev.errand.examples.desktop;

import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** A window as a picture with two pixels for one, as on good screens. */
final class Screenshot {
    private static final int SCALE = 2;

    private Screenshot() {}

    static BufferedImage of(Component root) {
        BufferedImage picture =
                new BufferedImage(SCALE * root.getWidth(), SCALE * root.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.scale(SCALE, SCALE);
        root.printAll(pen);
        pen.dispose();
        return picture;
    }
}
