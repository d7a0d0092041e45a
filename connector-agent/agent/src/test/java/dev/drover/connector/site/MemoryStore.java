package dev.drover.connector.site;

import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectMissingException;
import dev.drover.connector.store.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A bucket in memory that remembers every put and can be told to fail. */
public final class MemoryStore implements ObjectStore {
  private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
  private final List<String> puts = new CopyOnWriteArrayList<>();
  private volatile Consumer<String> beforePut = key -> {};
  private volatile String forgotten = "\n";

  @Override
  public void put(String key, ObjectContent content) {
    beforePut.accept(key);
    try (InputStream stream = content.stream().get()) {
      byte[] bytes = stream.readAllBytes();
      if (bytes.length != content.lengthBytes()) {
        throw new IllegalStateException(key + " states another length than it has");
      }
      objects.put(key, key.startsWith(forgotten) ? new byte[0] : bytes);
      puts.add(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream get(String key) {
    byte[] bytes = objects.get(key);
    if (bytes == null) {
      throw new ObjectMissingException(key + " is missing", null);
    }
    return new ByteArrayInputStream(bytes);
  }

  /** Runs before each put; may throw, or block. */
  public void beforePut(Consumer<String> action) {
    beforePut = action;
  }

  /** From now on keeps only the keys of what is put below a prefix. */
  public void forgetContentOf(String prefix) {
    forgotten = prefix;
  }

  public byte[] bytes(String key) {
    byte[] bytes = objects.get(key);
    if (bytes == null) {
      throw new AssertionError("nobody put " + key + ", there are " + objects.keySet());
    }
    return bytes;
  }

  public void write(String key, byte[] bytes) {
    objects.put(key, bytes);
  }

  public void remove(String key) {
    objects.remove(key);
  }

  public boolean has(String key) {
    return objects.containsKey(key);
  }

  public void forgetPuts() {
    puts.clear();
  }

  /** Keys of segments that were put, a key once per put, in order. */
  public List<String> segmentPuts() {
    return puts.stream().filter(key -> key.startsWith("staging/")).toList();
  }

  /** Keys below a prefix. */
  public List<String> keys(String prefix) {
    return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
  }
}
