package dev.drover.functions.account;

import dev.drover.protocol.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A bucket in memory. */
public final class InMemoryObjects implements ObjectStore {
  /** No key begins so. */
  private static final String NO_KEY = "//";

  private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final InstantSource clock;
  private String failingPuts = NO_KEY;
  private Runnable beforeNextListing = () -> {};

  private static final class Stored {
    final byte[] bytes;
    final Instant lastModified;

    Stored(byte[] bytes, Instant lastModified) {
      this.bytes = bytes;
      this.lastModified = lastModified;
    }
  }

  /** An empty one. */
  public InMemoryObjects(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Optional<Opened> open(String key) {
    return Optional.ofNullable(objects.get(key))
        .map(
            stored ->
                new Opened(
                    new ByteArrayInputStream(stored.bytes),
                    stored.bytes.length,
                    eTag(stored),
                    stored.lastModified));
  }

  @Override
  public void put(String key, byte[] body) {
    if (key.startsWith(failingPuts)) {
      throw new TransientException("Please reduce your request rate.");
    }
    objects.put(key, new Stored(body.clone(), clock.instant()));
  }

  @Override
  public void put(String key, Path file) {
    try {
      put(key, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Stream<Listed> list(String prefix) {
    Runnable before = beforeNextListing;
    beforeNextListing = () -> {};
    before.run();
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> listed(entry.getKey(), entry.getValue()))
        .toList()
        .stream();
  }

  @Override
  public List<Listed> listAfter(String prefix, String after, int most) {
    return objects.tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .filter(entry -> entry.getKey().compareTo(after) > 0)
        .limit(most)
        .map(entry -> listed(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Listed listed(String key, Stored stored) {
    return new Listed(key, eTag(stored), stored.lastModified, stored.bytes.length);
  }

  @Override
  public void delete(List<String> keys) {
    if (keys.size() > MAX_DELETE_KEYS) {
      throw new RefusedException("MalformedXML", keys.size() + " keys in one deletion");
    }
    keys.forEach(objects::remove);
  }

  /** The bytes of an object that must be there. */
  public byte[] bytes(String key) {
    return Objects.requireNonNull(objects.get(key), key).bytes.clone();
  }

  /** Flips one bit of an object, without S3 noticing. */
  public void flipBit(String key, int offset) {
    byte[] changed = bytes(key);
    changed[offset < 0 ? changed.length + offset : offset] ^= 1;
    put(key, changed);
  }

  /** Cuts an object's end off. */
  public void cut(String key, int bytes) {
    put(key, Arrays.copyOf(bytes(key), bytes(key).length - bytes));
  }

  /** What happens elsewhere right before the next listing. */
  public void beforeNextListing(Runnable happens) {
    beforeNextListing = happens;
  }

  /** From now on every put below that prefix fails; null: none does. */
  public void failPuts(@Nullable String prefix) {
    failingPuts = prefix == null ? NO_KEY : prefix;
  }

  /** All keys. */
  public Set<String> keys() {
    return Set.copyOf(objects.keySet());
  }

  private static String eTag(Stored stored) {
    return "\"" + Digest.of(stored.bytes) + "\"";
  }
}
