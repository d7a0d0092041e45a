package dev.drover.local.bench;

import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the measured passes put their segments. */
final class Stores {
  private Stores() {}

  /** Reads each object to its end, as a request would, and forgets it. */
  static ObjectStore discarding() {
    return new OneWay() {
      @Override
      public void put(String key, ObjectContent content) {
        copy(content, OutputStream.nullOutputStream());
      }
    };
  }

  /** Writes each object into a file of its own. */
  static ObjectStore folder(Path folder) {
    return new OneWay() {
      @Override
      public void put(String key, ObjectContent content) {
        Path file = folder.resolve(key);
        try {
          Files.createDirectories(file.getParent());
          try (OutputStream target = Files.newOutputStream(file)) {
            copy(content, target);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static void copy(ObjectContent content, OutputStream target) {
    try (InputStream stream = content.stream().get()) {
      stream.transferTo(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private abstract static class OneWay implements ObjectStore {
    @Override
    public InputStream get(String key) {
      throw new UnsupportedOperationException("a full pass and its index ask for nothing: " + key);
    }
  }
}
