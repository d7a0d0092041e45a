package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.protocol.ObjectKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A bucket in which every extent of a disk is staged, none of them held; a manifest is a file. All
 * else is in another bucket.
 */
final class ComputedStaging implements ObjectStore {
  private static final int PAGE_KEYS = 1000;
  private static final int EXTENT_DIGITS = 7;

  private final ObjectStore others;
  private final VirtualTime time;
  private final int extentCount;
  private final Instant stagedAt;
  private final String manifestKey;
  private final Path manifest;

  ComputedStaging(
      ObjectStore others,
      VirtualTime time,
      int extentCount,
      Instant stagedAt,
      String manifestKey,
      Path manifest) {
    this.others = others;
    this.time = time;
    this.extentCount = extentCount;
    this.stagedAt = stagedAt;
    this.manifestKey = manifestKey;
    this.manifest = manifest;
  }

  @Override
  public Optional<Opened> open(String key) {
    if (!key.equals(manifestKey)) {
      return others.open(key);
    }
    try {
      long length = Files.size(manifest);
      time.readObject(length);
      return Optional.of(new Opened(Files.newInputStream(manifest), length, "manifest", stagedAt));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Below the prefix of a disk's delta, or of the extents that begin with some digits. */
  @Override
  public Stream<Listed> list(String prefix) {
    if (!prefix.startsWith(ObjectKeys.STAGING)) {
      return others.list(prefix);
    }
    int slash = prefix.lastIndexOf('/') + 1;
    String digits = prefix.substring(slash);
    int range = (int) Math.pow(10, EXTENT_DIGITS - digits.length());
    int first = digits.isEmpty() ? 0 : Integer.parseInt(digits) * range;
    time.listObjects();
    return IntStream.range(first, Math.min(first + range, extentCount))
        .peek(
            extent -> {
              if (extent > first && (extent - first) % PAGE_KEYS == 0) {
                time.listObjects();
              }
            })
        .mapToObj(
            extent ->
                new Listed(
                    prefix.substring(0, slash) + ObjectKeys.extentText(extent), "e", stagedAt, 0));
  }

  @Override
  public List<Listed> listAfter(String prefix, String after, int most) {
    return others.listAfter(prefix, after, most);
  }

  @Override
  public void put(String key, byte[] body) {
    others.put(key, body);
  }

  @Override
  public void put(String key, Path file) {
    others.put(key, file);
  }

  @Override
  public void delete(List<String> keys) {
    others.delete(keys);
  }
}
