package dev.drover.connector.index;

import dev.drover.connector.store.ObjectStore;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDigester;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import dev.drover.protocol.format.DigestListReader;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The digest indexes of all disks: {@code <directory>/<disk>/<run>.index}.
 *
 * <p>A run writes its index beside the others. The next plan's base says which of them became true:
 * that one stays, the others go. None that fits? Then the base's digest list is downloaded.
 */
public final class IndexShelf {
  private static final String SUFFIX = ".index";
  private static final String BUILDING_SUFFIX = ".building";

  private final Path directory;
  private final ObjectStore store;

  /** A shelf over a folder; it is made when needed. */
  public IndexShelf(Path directory, ObjectStore store) {
    this.directory = directory;
    this.store = store;
  }

  /** The same indexes; what is missing comes from another store. */
  public IndexShelf over(ObjectStore other) {
    return new IndexShelf(directory, other);
  }

  /**
   * The index of a base: the local one, or else the one that is downloaded.
   *
   * @throws BaseUnreadableException when the digest list is not what the plan says it is
   */
  public DigestIndex indexOf(DiskId diskId, ReplicationPlan.Base base, boolean rebuild)
      throws IOException {
    Path file = file(diskId, base.runId());
    discardAllBut(diskId, file);
    Optional<DigestIndex> local = rebuild ? Optional.empty() : local(diskId, base, file);
    if (local.isPresent()) {
      return local.get();
    }
    download(diskId, base);
    return local(diskId, base, file)
        .orElseThrow(() -> new IOException(file + " was written and cannot be read back"));
  }

  /** Forgets what is known of a disk that has no base. */
  public void discardAll(DiskId diskId) throws IOException {
    discardAllBut(diskId, directory);
  }

  /** Begins the index of what a run makes of a disk. */
  public DigestIndexBuilder begin(DiskId diskId, RunId runId, DiskGeometry geometry)
      throws IOException {
    Files.createDirectories(directory.resolve(diskId.value()));
    Path building = directory.resolve(diskId.value()).resolve(runId + BUILDING_SUFFIX);
    return new DigestIndexBuilder(building, file(diskId, runId), diskId, runId, geometry);
  }

  private void download(DiskId diskId, ReplicationPlan.Base base) throws IOException {
    String key = base.digestListKey();
    DiskGeometry geometry = new DiskGeometry(base.sizeBytes());
    try (InputStream list = store.get(key);
        DigestIndexBuilder building = begin(diskId, base.runId(), geometry)) {
      DigestListReader reader = new DigestListReader(key, list);
      require(
          reader.header().diskId().equals(diskId)
              && reader.header().snapshotId().equals(base.snapshotId())
              && reader.header().sizeBytes() == base.sizeBytes(),
          key + " is the list of another snapshot or disk");
      Digest diskDigest = copy(reader, building, geometry);
      require(reader.finish().equals(base.digestListDigest()), key + " is not the planned list");
      require(diskDigest.equals(base.diskDigest()), key + " is not of the planned disk");
      building.finish(diskDigest);
    } catch (FormatException | InvalidMessageException e) {
      throw new BaseUnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Digest copy(
      DigestListReader reader, DigestIndexBuilder building, DiskGeometry geometry)
      throws IOException {
    DiskDigester digester = new DiskDigester(extentDigest -> {});
    for (int extent = 0; extent < geometry.extentCount(); extent++) {
      List<Digest> digests = new ArrayList<>(DiskGeometry.BLOCKS_PER_EXTENT);
      for (int i = 0; i < geometry.blocksIn(extent); i++) {
        Digest digest = reader.next();
        digester.addBlock(digest);
        digests.add(digest);
      }
      building.putExtent(extent, digests);
    }
    return digester.finish();
  }

  private static Optional<DigestIndex> local(DiskId diskId, ReplicationPlan.Base base, Path file)
      throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Optional<DigestIndex> index = DigestIndex.open(file);
    if (index.isPresent() && !index.get().describes(diskId, base)) {
      index.get().close();
      return Optional.empty();
    }
    return index;
  }

  private void discardAllBut(DiskId diskId, Path kept) throws IOException {
    Path folder = directory.resolve(diskId.value());
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> !file.equals(kept)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path file(DiskId diskId, RunId runId) {
    return directory.resolve(diskId.value()).resolve(runId + SUFFIX);
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new BaseUnreadableException(complaint, null);
    }
  }
}
