package dev.drover.connector.store;

import dev.drover.connector.pulse.Pulse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A store of which it is known whether it gets on: with every byte that it takes or gives. */
public final class WatchedStore implements ObjectStore {
  private final ObjectStore store;
  private final Pulse pulse;

  /** The same store, seen by that pulse. */
  public WatchedStore(ObjectStore store, Pulse pulse) {
    this.store = store;
    this.pulse = pulse;
  }

  @Override
  public void put(String key, ObjectContent content) {
    try (Pulse.Step step = pulse.put(() -> "putting the object " + key)) {
      store.put(
          key,
          new ObjectContent(
              content.lengthBytes(),
              content.contentType(),
              () -> new Touching(content.stream().get(), step)));
    }
  }

  @Override
  public InputStream get(String key) {
    try (Pulse.Step _ = pulse.put(() -> "getting the object " + key)) {
      return new Watched(key, store.get(key));
    }
  }

  /** What is put gets on when it is read. */
  private static final class Touching extends FilterInputStream {
    private final Pulse.Step step;

    Touching(InputStream in, Pulse.Step step) {
      super(in);
      this.step = step;
    }

    @Override
    public int read() throws IOException {
      step.touch();
      return super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      step.touch();
      return super.read(target, offset, length);
    }
  }

  /** Each read of what is got is a step of its own. */
  private final class Watched extends FilterInputStream {
    private final String key;

    Watched(String key, InputStream in) {
      super(in);
      this.key = key;
    }

    @Override
    public int read() throws IOException {
      try (Pulse.Step _ = step()) {
        return super.read();
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try (Pulse.Step _ = step()) {
        return super.read(target, offset, length);
      }
    }

    private Pulse.Step step() {
      return pulse.put(() -> "reading the object " + key);
    }
  }
}
