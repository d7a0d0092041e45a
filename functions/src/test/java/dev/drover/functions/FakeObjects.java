package dev.drover.functions;

import dev.drover.functions.account.ObjectStore;
import dev.drover.protocol.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A bucket in memory. */
public final class FakeObjects implements ObjectStore {
  /** The objects by key. */
  public final TreeMap<String, byte[]> objects = new TreeMap<>();

  @Override
  public Optional<Opened> open(String key) {
    return Optional.ofNullable(objects.get(key))
        .map(
            body ->
                new Opened(new ByteArrayInputStream(body), body.length, eTag(body), Instant.EPOCH));
  }

  @Override
  public void put(String key, byte[] body) {
    objects.put(key, body.clone());
  }

  @Override
  public void put(String key, Path file) {
    try {
      objects.put(key, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Stream<Listed> list(String prefix) {
    return List.copyOf(objects.entrySet()).stream()
        .filter(object -> object.getKey().startsWith(prefix))
        .map(object -> new Listed(object.getKey(), eTag(object.getValue()), Instant.EPOCH));
  }

  @Override
  public void delete(List<String> keys) {
    objects.keySet().removeAll(keys);
  }

  private static String eTag(byte[] body) {
    return Digest.of(body).hex();
  }
}
