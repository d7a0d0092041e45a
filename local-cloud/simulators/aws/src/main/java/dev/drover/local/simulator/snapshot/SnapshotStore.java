package dev.drover.local.simulator.snapshot;

import dev.drover.local.simulator.snapshot.SnapshotRecord.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All snapshots of the account, each a folder below the data folder. A deleted one leaves its
 * record for ever (its ClientToken stays taken) and its blocks for as long as a child needs them.
 */
public final class SnapshotStore implements AutoCloseable {
  private final Path directory;
  private final InstantSource clock;
  private final OmittedBlocks omitted;
  private final ResourceIds ids = new ResourceIds();
  private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();

  private SnapshotStore(Path directory, InstantSource clock, long seed) {
    this.directory = directory;
    this.clock = clock;
    this.omitted = new OmittedBlocks(seed);
  }

  /** Opens the store with all that an earlier one left there. */
  public static SnapshotStore open(Path directory, InstantSource clock, long seed)
      throws IOException {
    Files.createDirectories(directory);
    SnapshotStore store = new SnapshotStore(directory, clock, seed);
    store.load();
    return store;
  }

  /** A snapshot that exists for its owner. */
  public Optional<Snapshot> find(String id) {
    return Optional.ofNullable(snapshots.get(id)).filter(found -> !found.isDeleted());
  }

  /** Every snapshot that exists for its owner, oldest first. */
  public List<Snapshot> list() {
    return snapshots.values().stream()
        .filter(snapshot -> !snapshot.isDeleted())
        .sorted(Comparator.comparing(Snapshot::startedAt).thenComparing(Snapshot::id))
        .toList();
  }

  /** The snapshot that was once started with this token, deleted or not. */
  public Optional<Snapshot> findByClientToken(String clientToken) {
    return snapshots.values().stream()
        .filter(snapshot -> clientToken.equals(snapshot.request().clientToken()))
        .findFirst();
  }

  public Snapshot start(
      SnapshotRequest request, @Nullable String kmsKeyArn, @Nullable Snapshot parent)
      throws IOException {
    String id = ids.next("snap-");
    long now = clock.millis();
    SnapshotRecord record =
        new SnapshotRecord(id, request, kmsKeyArn, now, Stage.OPEN, now, null, request.tags());
    Path folder = Files.createDirectory(directory.resolve(id));
    Snapshot snapshot = new Snapshot(folder, record, parent, clock, omitted);
    snapshot.save(record);
    snapshots.put(id, snapshot);
    return snapshot;
  }

  public void replaceTags(Snapshot snapshot, Map<String, String> tags) throws IOException {
    snapshot.replaceTags(tags);
  }

  /** Deletes a snapshot, and the blocks of every ancestor that only it still needed. */
  public void delete(Snapshot snapshot) throws IOException {
    snapshot.markDeleted();
    Optional<Snapshot> candidate = Optional.of(snapshot);
    while (candidate.isPresent() && isUnreachable(candidate.get())) {
      candidate.get().dropBlocks();
      candidate = candidate.get().parent();
    }
  }

  public void reset() throws IOException {
    close();
    snapshots.clear();
    DirectoryTree.delete(directory);
    Files.createDirectories(directory);
  }

  @Override
  public void close() throws IOException {
    for (Snapshot snapshot : snapshots.values()) {
      snapshot.close();
    }
  }

  /** Deleted, and no descendant left that reads through it. */
  private boolean isUnreachable(Snapshot snapshot) {
    return snapshot.isDeleted()
        && snapshots.values().stream()
            .filter(other -> !other.isDeleted())
            .noneMatch(other -> descendsFrom(other, snapshot));
  }

  private static boolean descendsFrom(Snapshot snapshot, Snapshot ancestor) {
    Optional<Snapshot> link = snapshot.parent();
    while (link.isPresent()) {
      if (link.get() == ancestor) {
        return true;
      }
      link = link.get().parent();
    }
    return false;
  }

  private void load() throws IOException {
    JsonFile<SnapshotRecord> recordFile = new JsonFile<>(SnapshotRecord.class);
    Map<String, SnapshotRecord> records = new HashMap<>();
    try (Stream<Path> folders = Files.list(directory)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        Path file = Snapshot.recordFile(folder);
        // A folder without a record: the process died before StartSnapshot answered.
        if (Files.exists(file)) {
          SnapshotRecord record = recordFile.read(file);
          records.put(record.id(), record);
        }
      }
    }
    for (String id : records.keySet()) {
      link(id, records);
    }
  }

  /** Makes the snapshot after its ancestors. */
  private Snapshot link(String id, Map<String, SnapshotRecord> records) throws IOException {
    Snapshot linked = snapshots.get(id);
    if (linked != null) {
      return linked;
    }
    SnapshotRecord record = records.get(id);
    if (record == null) {
      throw new IOException("a snapshot in " + directory + " has lost its parent " + id);
    }
    String parentId = record.request().parentSnapshotId();
    Snapshot parent = parentId == null ? null : link(parentId, records);
    Snapshot snapshot = new Snapshot(directory.resolve(id), record, parent, clock, omitted);
    snapshots.put(id, snapshot);
    return snapshot;
  }
}
