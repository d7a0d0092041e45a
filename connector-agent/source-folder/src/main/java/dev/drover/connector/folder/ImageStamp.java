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
 * @param changedNanos last change of content or attributes, which no program can set back
 */
record ImageStamp(long sizeBytes, long modifiedNanos, long inode, long changedNanos) {
  private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ino,ctime";

  static ImageStamp of(Path file) throws IOException {
    Map<String, Object> attributes = Files.readAttributes(file, ATTRIBUTES);
    return new ImageStamp(
        number(attributes, "size"),
        nanos(attributes.get("lastModifiedTime")),
        number(attributes, "ino"),
        nanos(attributes.get("ctime")));
  }

  /**
   * What a generation is made of. The time of the last change is left out: a file that was only
   * given another owner between two runs is still the same capture.
   */
  String generationText() {
    return "ImageStamp[sizeBytes="
        + sizeBytes
        + ", modifiedNanos="
        + modifiedNanos
        + ", inode="
        + inode
        + "]";
  }

  private static long number(Map<String, Object> attributes, String name) throws IOException {
    if (attributes.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IOException("the file system does not tell the attribute '" + name + "'");
  }

  private static long nanos(@Nullable Object time) throws IOException {
    if (time instanceof FileTime fileTime) {
      return fileTime.to(TimeUnit.NANOSECONDS);
    }
    throw new IOException("the file system does not tell when a file was changed");
  }
}
