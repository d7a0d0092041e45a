package dev.drover.functions.segment;

import dev.drover.functions.account.ObjectStore;
import dev.drover.protocol.Digest;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.SegmentEntry;
import dev.drover.protocol.format.SegmentReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The staged segments of a run's earlier generations, found by their digest: where a snapshot was
 * given back or lost, another gets from them what the newest generation did not send again.
 */
final class EarlierSegments {
  private final ObjectStore objects;
  private final BlockPuts puts;

  EarlierSegments(ObjectStore objects, BlockPuts puts) {
    this.objects = objects;
    this.puts = puts;
  }

  /** A segment that is open; closing gives the object back. */
  private record Found(ObjectStore.Opened object, SegmentReader segment) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      object.close();
    }
  }

  /**
   * Where the segment of that digest is.
   *
   * @param like an extent of the disk, in whatever generation
   * @param generations of the run, those first in which it is looked for first
   */
  Optional<SegmentCoordinates> find(
      SegmentCoordinates like, List<Generation> generations, Digest digest) throws IOException {
    try (Found found = open(like, generations, digest)) {
      return found == null ? Optional.empty() : Optional.of(found.segment().header().coordinates());
    }
  }

  /**
   * Puts what a segment keeps into a snapshot that has nothing of it: from the segments that it
   * follows, each block once and as the newest of them has it.
   *
   * @param outOfTime asked before each block; yes ends it as a {@code TransientException}
   * @return why not all of it can be had; empty when all was put
   */
  Optional<String> putKept(
      SegmentReader segment,
      List<Generation> generations,
      SnapshotId snapshotId,
      BooleanSupplier outOfTime)
      throws IOException {
    Map<Integer, Digest> wanted = kept(segment);
    Digest before = segment.header().follows();
    while (!wanted.isEmpty()) {
      if (before == null) {
        return Optional.of(
            "no segment that it follows has " + wanted.size() + " of the blocks that it keeps");
      }
      try (Found found = open(segment.header().coordinates(), generations, before)) {
        if (found == null) {
          return Optional.of("it follows segment " + before + ", which is not in staging");
        }
        SegmentReader earlier = found.segment();
        puts.put(
            snapshotId, earlier, entry -> wanted.remove(entry.block(), entry.digest()), outOfTime);
        earlier.finish();
        before = earlier.header().follows();
      }
    }
    return Optional.empty();
  }

  private static Map<Integer, Digest> kept(SegmentReader segment) {
    Map<Integer, Digest> kept = new HashMap<>();
    for (SegmentEntry entry : segment.entries()) {
      if (entry.isKept()) {
        kept.put(entry.block(), entry.digest());
      }
    }
    return kept;
  }

  /** Null: there is none. */
  private @Nullable Found open(SegmentCoordinates like, List<Generation> generations, Digest digest)
      throws IOException {
    for (Generation generation : generations) {
      SegmentCoordinates at = new SegmentCoordinates(like.delta().in(generation), like.extent());
      Optional<ObjectStore.Opened> object = objects.open(ObjectKeys.segment(at));
      if (object.isPresent()) {
        SegmentReader segment = read(at, object.get());
        if (segment != null && segment.digest().equals(digest)) {
          return new Found(object.get(), segment);
        }
        object.get().close();
      }
    }
    return null;
  }

  /** Null: what cannot be read is not the one that is looked for. */
  private static @Nullable SegmentReader read(SegmentCoordinates at, ObjectStore.Opened object)
      throws IOException {
    try {
      return new SegmentReader(ObjectKeys.segment(at), object.body(), object.lengthBytes());
    } catch (FormatException | InvalidMessageException e) {
      return null;
    }
  }
}
