package dev.drover.functions.account;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Drover's one bucket. */
public interface ObjectStore {
  /** The most keys that {@link #delete} takes (DeleteObjects' own limit). */
  int MAX_DELETE_KEYS = 1000;

  /** Opens an object; empty when there is none. */
  Optional<Opened> open(String key);

  /** Puts a small object. */
  void put(String key, byte[] body);

  /** Puts a file in one request, with its checksum. */
  void put(String key, Path file);

  /** Every object whose key begins so, ascending by key; pages are fetched as they are read. */
  Stream<Listed> list(String prefix);

  /**
   * The next objects whose key begins so and comes after another, ascending by key.
   *
   * @param after a key, or a text that is none; empty: from the first on
   * @param most at most 1,000
   */
  List<Listed> listAfter(String prefix, String after, int most);

  /**
   * Deletes objects, at most {@link #MAX_DELETE_KEYS}; one that is not there is deleted already.
   */
  void delete(List<String> keys);

  /**
   * An object that is being read; the reader closes it.
   *
   * @param eTag S3's name for the content
   */
  record Opened(InputStream body, long lengthBytes, String eTag, Instant lastModified)
      implements AutoCloseable {
    /** Tells this version of the object from any other under the same key. */
    public String version() {
      return ObjectStore.version(eTag, lastModified);
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /** An object in a listing. */
  record Listed(String key, String eTag, Instant lastModified, long sizeBytes) {
    /** Tells this version of the object from any other under the same key. */
    public String version() {
      return ObjectStore.version(eTag, lastModified);
    }
  }

  private static String version(String eTag, Instant lastModified) {
    // In seconds: S3's header has no more, its listing has.
    return lastModified.getEpochSecond() + " " + eTag.replace("\"", "");
  }
}
