package dev.drover.local.simulator.imports;

import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.snapshot.DirectoryTree;
import dev.drover.local.simulator.snapshot.JsonFile;
import dev.drover.local.simulator.snapshot.ResourceIds;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotRequest;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All tasks of the account, a JSON file each; ended ones stay, as AWS shows them for a while. There
 * is no timer: whoever asks EC2 for anything first has them settled.
 */
public final class ImportStore {
  private static final String SUFFIX = ".json";

  /** What users see EC2 give the volumes of an image that VM Import made. */
  private static final String VOLUME_TYPE = "gp2";

  private static final int SNAPSHOT_TIMEOUT_MINUTES = 60;

  private final Path directory;
  private final SnapshotStore snapshots;
  private final ImageStore images;
  private final InstantSource clock;
  private final JsonFile<ImportRecord> format = new JsonFile<>(ImportRecord.class);
  private final Map<String, ImportRecord> tasks = new ConcurrentHashMap<>();
  private final ResourceIds ids = new ResourceIds();

  private ImportStore(
      Path directory, SnapshotStore snapshots, ImageStore images, InstantSource clock) {
    this.directory = directory;
    this.snapshots = snapshots;
    this.images = images;
    this.clock = clock;
  }

  /** Opens the store with all that an earlier one left there. */
  public static ImportStore open(
      Path directory, SnapshotStore snapshots, ImageStore images, InstantSource clock)
      throws IOException {
    Files.createDirectories(directory);
    ImportStore store = new ImportStore(directory, snapshots, images, clock);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(SUFFIX)) {
          ImportRecord task = store.format.read(file);
          store.tasks.put(task.id(), task);
        }
      }
    }
    return store;
  }

  public Optional<ImportRecord> find(String id) {
    return Optional.ofNullable(tasks.get(id));
  }

  /** The task that was once started with this token. */
  public Optional<ImportRecord> findByClientToken(String clientToken) {
    return tasks.values().stream()
        .filter(task -> clientToken.equals(task.clientToken()))
        .findFirst();
  }

  /** Oldest first. */
  public List<ImportRecord> list() {
    return tasks.values().stream()
        .sorted(
            Comparator.comparingLong(ImportRecord::startedAtMillis).thenComparing(ImportRecord::id))
        .toList();
  }

  public void save(ImportRecord task) throws IOException {
    format.write(directory.resolve(task.id() + SUFFIX), task);
    tasks.put(task.id(), task);
  }

  public void reset() throws IOException {
    tasks.clear();
    DirectoryTree.delete(directory);
    Files.createDirectories(directory);
  }

  /** Ends every task whose time has come; its image stands from then on. */
  public void settle() throws IOException {
    long now = clock.millis();
    for (ImportRecord task : list()) {
      if (!task.isEnded()) {
        settle(task, now);
      }
    }
  }

  private void settle(ImportRecord task, long now) throws IOException {
    if (task.failure() != null) {
      if (task.isPast(ImportRecord.Stage.VALIDATING, now)) {
        save(task.failedAt(now, task.failure()));
      }
    } else if (task.isPast(ImportRecord.Stage.PREPARING_AMI, now)) {
      List<String> lost = task.disks().stream().map(ImportRecord.Disk::snapshotId).toList();
      lost = lost.stream().filter(id -> snapshots.find(id).isEmpty()).toList();
      save(
          lost.isEmpty()
              ? task.completedAt(now, imageOf(task, now))
              : task.failedAt(now, "ClientError: The snapshot " + lost.getFirst() + " is gone"));
    }
  }

  private String imageOf(ImportRecord task, long now) throws IOException {
    List<ImageRecord.Mapping> mappings = new ArrayList<>();
    for (ImportRecord.Disk disk : task.disks()) {
      Snapshot copy = copy(task, disk);
      mappings.add(
          new ImageRecord.Mapping(
              disk.deviceName(),
              copy.id(),
              copy.volumeSizeGib(),
              VOLUME_TYPE,
              false,
              copy.encrypted(),
              null,
              null));
    }
    ImageRecord image =
        new ImageRecord(
            ids.next("ami-"),
            task.id(),
            "AWS-VMImport service: " + Optional.ofNullable(task.platform()).orElse("Linux"),
            task.usageOperation(),
            task.architecture(),
            "hvm",
            mappings.getFirst().deviceName(),
            task.bootMode(),
            null,
            null,
            null,
            true,
            mappings,
            Map.of(),
            Set.of(),
            now,
            now);
    images.save(image);
    return image.id();
  }

  /**
   * A snapshot of its own, with the same content: AWS changes the boot disk here, and no simulator
   * can.
   */
  private Snapshot copy(ImportRecord task, ImportRecord.Disk disk) throws IOException {
    Snapshot original = snapshots.find(disk.snapshotId()).orElseThrow();
    Snapshot copy =
        snapshots.start(
            new SnapshotRequest(
                original.volumeSizeGib(),
                original.id(),
                "Created by AWS-VMImport service for " + task.id(),
                Map.of(),
                null,
                null,
                null,
                SNAPSHOT_TIMEOUT_MINUTES),
            task.kmsKeyArn(),
            original);
    copy.seal(0, null, Duration.ZERO);
    return copy;
  }
}
