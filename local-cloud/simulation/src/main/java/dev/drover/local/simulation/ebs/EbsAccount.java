package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.Digest;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * An account's snapshots, images and keys in one region: the SDK's clients for the functions, and
 * for the judge of a simulation what is really there. It knows the operations that the functions
 * use; the clients' other methods throw {@link UnsupportedOperationException}.
 *
 * <p>Of blocks it keeps the digests and no data. Where AWS's documents are silent it does what
 * {@code local-cloud/simulators/aws} does.
 */
public final class EbsAccount {
  private final Simulation simulation;
  private final EbsSettings settings;
  private final AccountUse use;
  private final KmsService kms;
  private final SnapshotStore snapshots;
  private final StartSnapshot startSnapshot;
  private final EbsService ebs;
  private final Ec2Gate gate;
  private final ImageActions images;
  private final ImportActions imports;
  private final SnapshotActions snapshotActions;

  /** An account without a snapshot or image, with the key {@code alias/aws/ebs}. */
  public EbsAccount(Simulation simulation, EbsSettings settings) {
    this.simulation = simulation;
    this.settings = settings;
    use = new AccountUse(simulation);
    kms = new KmsService(use);
    snapshots = new SnapshotStore(simulation, settings, use);
    startSnapshot = new StartSnapshot(snapshots, settings.quotas(), use, kms);
    ebs = new EbsService(simulation, settings, snapshots, startSnapshot, use);
    gate = new Ec2Gate(simulation, settings.rates(), use);
    images = new ImageActions(simulation, settings, snapshots, gate, use);
    imports = new ImportActions(simulation, settings, snapshots, images, gate);
    snapshotActions = new SnapshotActions(simulation, snapshots, images, gate, settings.faults());
  }

  /** EBS direct APIs: StartSnapshot, PutSnapshotBlock, CompleteSnapshot. */
  public EbsClient ebs(Line line) {
    return new SimulatedEbsClient(line, ebs);
  }

  /** EC2: what the functions ask about snapshots, images and tags. */
  public Ec2Client ec2(Line line) {
    return new SimulatedEc2Client(line, snapshotActions, images, imports, startSnapshot, gate);
  }

  /** KMS: DescribeKey. */
  public KmsClient kms(Line line) {
    return new SimulatedKmsClient(line, kms);
  }

  /** From now on others use the account as well, and take from us what is pending. */
  public void shareWithOthers() {
    OtherUsers others = new OtherUsers(simulation, snapshots, settings.quotas().pendingSnapshots());
    startSnapshot.shareWith(others::pending);
    others.begin();
  }

  /** Switches encryption by default. */
  public void encryptByDefault(boolean encrypted) {
    startSnapshot.encryptByDefault(encrypted);
  }

  /**
   * Adds a key.
   *
   * @param alias for example {@code alias/drover}
   * @return its ARN
   */
  public String addKey(String keyId, String alias) {
    return kms.add(keyId, alias);
  }

  /** From now on nobody may describe that key. */
  public void denyKey(String keyId) {
    kms.deny(keyId);
  }

  /** What was asked of the account. */
  public AccountUse use() {
    return use;
  }

  /** The snapshots that exist, pending and failed ones too, ascending. */
  public List<SnapshotId> snapshots() {
    return snapshots.all().stream().map(snapshot -> new SnapshotId(snapshot.id)).toList();
  }

  /**
   * A snapshot as it stands.
   *
   * @param pending it is not completed and has not failed
   * @param inUse an image is made of it
   */
  public record Standing(
      SnapshotId id, boolean pending, boolean inUse, Instant startTime, Map<String, String> tags) {}

  /** Every snapshot that exists, ascending. */
  public List<Standing> standing() {
    return snapshots.all().stream()
        .map(
            snapshot ->
                new Standing(
                    new SnapshotId(snapshot.id),
                    snapshot.stage == EbsSnapshot.Stage.OPEN
                        || snapshot.stage == EbsSnapshot.Stage.COMPLETING,
                    images.userOf(snapshot.id).isPresent(),
                    snapshot.startTime,
                    Map.copyOf(snapshot.tags)))
        .toList();
  }

  /** Whether the snapshot exists and is completed. */
  public boolean isCompleted(SnapshotId snapshotId) {
    return snapshots
        .find(snapshotId.value())
        .filter(snapshot -> snapshot.stage == EbsSnapshot.Stage.COMPLETED)
        .isPresent();
  }

  /**
   * What a snapshot holds now; what is put into it later does not show.
   *
   * @throws NoSuchElementException when there is no such snapshot
   */
  public SnapshotContent content(SnapshotId snapshotId) {
    EbsSnapshot snapshot =
        snapshots
            .find(snapshotId.value())
            .orElseThrow(() -> new NoSuchElementException("no snapshot " + snapshotId));
    return new SnapshotContent(snapshotId, snapshot.blockCount, snapshot.blocks.copy());
  }

  /**
   * How many blocks all snapshots hold together; one that they share counts once, one of zeros not
   * at all.
   */
  public long storedBlocks() {
    Set<Digest> stored = Collections.newSetFromMap(new IdentityHashMap<>());
    snapshots.all().forEach(snapshot -> snapshot.blocks.addTo(stored));
    return stored.size();
  }

  /** When a snapshot was started, if it still exists. */
  public Optional<Instant> startOf(SnapshotId snapshotId) {
    return snapshots.find(snapshotId.value()).map(snapshot -> snapshot.startTime);
  }

  /** Whether the image exists and can be launched. */
  public boolean isAvailable(String imageId) {
    return images.isAvailable(imageId);
  }

  /** How many images exist. */
  public int imageCount() {
    return images.count();
  }
}
