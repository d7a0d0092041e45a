package dev.drover.connector.store;

import dev.drover.protocol.format.Segment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What an object holds. It can be read more than once, because a put may be tried again.
 *
 * @param contentType the object's media type
 * @param stream opens the bytes from the start
 */
public record ObjectContent(long lengthBytes, String contentType, Supplier<InputStream> stream) {
  private static final String JSON = "application/json";
  private static final String BINARY = "application/octet-stream";

  /** A JSON text in UTF-8. */
  public static ObjectContent ofJson(byte[] json) {
    return new ObjectContent(json.length, JSON, () -> new ByteArrayInputStream(json));
  }

  /** A segment. */
  public static ObjectContent of(Segment segment) {
    return new ObjectContent(segment.lengthBytes(), BINARY, segment::openStream);
  }

  /** A file, which must not change until it is put. */
  public static ObjectContent of(Path file) throws IOException {
    return new ObjectContent(Files.size(file), BINARY, () -> open(file));
  }

  private static InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
