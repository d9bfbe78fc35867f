// Makes a small copy of a picture. Try it from the repository's root:
//   ./errand run examples/tasks/Thumbnail.java --payload '{"path":"examples/data/photo.png","width":64}'

import dev.errand.*;

import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;

/** The path is taken from the folder in which errand was started. Without "to" the copy is written beside the picture. */
record Photo(String path, int width, String to) {}

record Thumbnail(String path, int width, int height, long bytes) {}

// Scaling computes without ever waiting, so it asks for a thread of the operating system.
@AsTask(value = "thumbnail", description = "Makes a small copy of a picture", timeout = "30s", platformThread = true)
Thumbnail thumbnail(Photo photo, RunContext run) throws IOException {
    System.setProperty("java.awt.headless", "true"); // draws in memory, needs no screen
    BufferedImage picture = read(photo);
    int height = Math.max(1, Math.round((float) picture.getHeight() * photo.width() / picture.getWidth()));
    run.log().info("Scaling {} from {} x {} to {} x {}",
            photo.path(), picture.getWidth(), picture.getHeight(), photo.width(), height);
    Path target = target(photo);
    write(scaled(picture, photo.width(), height), target);
    return new Thumbnail(target.toString(), photo.width(), height, Files.size(target));
}

BufferedImage read(Photo photo) throws IOException {
    if (photo.path() == null || photo.width() < 1 || photo.width() > 10_000) {
        throw new AbortException("Give a path and a width from 1 to 10000, not " + photo);
    }
    Path path = Path.of(photo.path());
    if (!Files.isRegularFile(path)) {
        throw new AbortException("There is no picture " + path.toAbsolutePath()); // trying again would not help
    }
    BufferedImage picture = ImageIO.read(path.toFile());
    if (picture == null) {
        throw new AbortException(path + " is no picture that Java can read");
    }
    return picture;
}

/** Halves until it is nearly there: one big step would leave out most of the pixels. */
BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage step = picture;
    while (step.getWidth() > 2 * width && step.getHeight() > 2 * height) {
        step = drawn(step, step.getWidth() / 2, step.getHeight() / 2);
    }
    return drawn(step, width, height);
}

BufferedImage drawn(BufferedImage picture, int width, int height) {
    BufferedImage copy = new BufferedImage(width, height,
            picture.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    var pen = copy.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    pen.drawImage(picture, 0, 0, width, height, null);
    pen.dispose();
    return copy;
}

/** photo.png becomes photo-64.png, in the same folder. */
Path target(Photo photo) {
    if (photo.to() != null) {
        return Path.of(photo.to());
    }
    Path path = Path.of(photo.path());
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return path.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + "-" + photo.width() + ".png");
}

/** Written beside and moved into place: whoever looks sees a whole picture or none, also when this attempt is killed. */
void write(BufferedImage picture, Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, ".thumbnail", ".part");
    try {
        ImageIO.write(picture, "png", part.toFile());
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
        Files.deleteIfExists(part);
    }
}
