package dev.drover.connector.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What tells that a file is still the one that it was.
 *
 * @param modifiedNanos last modification, nanoseconds since 1970
 * @param inode the file's number in its file system; a file that was replaced has another
 */
record ImageStamp(long sizeBytes, long modifiedNanos, long inode) {
  private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ino";

  static ImageStamp of(Path file) throws IOException {
    Map<String, Object> attributes = Files.readAttributes(file, ATTRIBUTES);
    return new ImageStamp(
        number(attributes, "size"),
        modified(attributes.get("lastModifiedTime")),
        number(attributes, "ino"));
  }

  private static long number(Map<String, Object> attributes, String name) throws IOException {
    if (attributes.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IOException("the file system does not tell the attribute '" + name + "'");
  }

  private static long modified(@Nullable Object time) throws IOException {
    if (time instanceof FileTime fileTime) {
      return fileTime.to(TimeUnit.NANOSECONDS);
    }
    throw new IOException("the file system does not tell when a file was modified");
  }
}
