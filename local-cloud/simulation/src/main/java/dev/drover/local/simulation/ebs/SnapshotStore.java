package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.ebs.EbsSnapshot.Stage;
import dev.drover.local.simulation.kernel.Ascending;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The account's snapshots, and what time does to them: a pending one into which nobody writes is
 * cancelled, one that is completing completes.
 */
final class SnapshotStore {
  private static final int BLOCKS_PER_GIB = (1 << 30) / DiskGeometry.BLOCK_BYTES;

  private final Simulation simulation;
  private final EbsSettings settings;
  private final AccountUse use;
  private final RandomGenerator random;
  private final TreeMap<String, EbsSnapshot> snapshots = new TreeMap<>();
  private final TagIndex tags = new TagIndex();
  private long started;
  private Consumer<EbsSnapshot> listener = _ -> {};

  SnapshotStore(Simulation simulation, EbsSettings settings, AccountUse use) {
    this.simulation = simulation;
    this.settings = settings;
    this.use = use;
    this.random = simulation.newRandom();
  }

  Optional<EbsSnapshot> find(String id) {
    return Optional.ofNullable(snapshots.get(id));
  }

  /** All, by ascending id. */
  Collection<EbsSnapshot> all() {
    return snapshots.values();
  }

  /** Those behind that id, ascending. */
  Stream<EbsSnapshot> allAfter(String id) {
    return Ascending.after(snapshots, id).map(Map.Entry::getValue);
  }

  NavigableSet<String> tagged(String key, String value) {
    return tags.having(key, value);
  }

  int count() {
    return snapshots.size();
  }

  EbsSnapshot start(
      int volumeGib,
      Duration timeout,
      @Nullable EbsSnapshot parent,
      @Nullable String kmsKeyArn,
      String description,
      Map<String, String> itsTags) {
    started++;
    Instant now = simulation.instant();
    BlockTable blocks =
        parent == null
            ? new BlockTable(kmsKeyArn == null ? DiskGeometry.ZERO_BLOCK : Digest.NEVER_WRITTEN)
            : parent.blocks.copy();
    EbsSnapshot snapshot =
        new EbsSnapshot(
            "snap-%017x".formatted(started),
            volumeGib,
            Math.multiplyExact(volumeGib, BLOCKS_PER_GIB),
            kmsKeyArn,
            description,
            now,
            now.plus(hiddenFor(settings.faults().hiddenAtMost())),
            now.plus(hiddenFor(settings.faults().unseenAtMost())),
            new TokenBucket(simulation, settings.rates().putsOfSnapshot()),
            blocks);
    snapshots.put(snapshot.id, snapshot);
    addTags(snapshot, itsTags);
    use.started();
    cancelUnlessWritten(snapshot, timeout);
    listener.accept(snapshot);
    return snapshot;
  }

  /** A completed snapshot of its own with the same content, as VM Import makes one. */
  EbsSnapshot copy(EbsSnapshot original, @Nullable String kmsKeyArn) {
    started++;
    Instant now = simulation.instant();
    EbsSnapshot copy =
        new EbsSnapshot(
            "snap-%017x".formatted(started),
            original.volumeGib,
            original.blockCount,
            kmsKeyArn,
            "Created by AWS-VMImport service",
            now,
            now,
            now,
            new TokenBucket(simulation, settings.rates().putsOfSnapshot()),
            original.blocks.copy());
    copy.stage = Stage.COMPLETED;
    snapshots.put(copy.id, copy);
    addTags(copy, Map.of());
    return copy;
  }

  /** From now on he hears of every snapshot that is started. */
  void whenStarted(Consumer<EbsSnapshot> hearing) {
    listener = hearing;
  }

  private Duration hiddenFor(Duration atMost) {
    return new EbsSettings.Span(Duration.ZERO, atMost).drawn(random);
  }

  private void cancelUnlessWritten(EbsSnapshot snapshot, Duration timeout) {
    Instant due = snapshot.lastWrite.plus(timeout);
    snapshot.next =
        simulation.at(
            due,
            () -> {
              if (snapshot.lastWrite.plus(timeout).isAfter(simulation.instant())) {
                cancelUnlessWritten(snapshot, timeout);
              } else {
                fail(snapshot, "No block was written for " + timeout.toMinutes() + " minutes");
              }
            });
  }

  void addTags(EbsSnapshot snapshot, Map<String, String> added) {
    tags.remove(snapshot.id, snapshot.tags);
    snapshot.tags.putAll(added);
    tags.add(snapshot.id, snapshot.tags);
  }

  /** It takes no more blocks and completes, unless it fails. */
  void complete(EbsSnapshot snapshot) {
    cancelNext(snapshot);
    snapshot.stage = Stage.COMPLETING;
    snapshot.forgetWritten();
    use.completing();
    boolean fails = random.nextDouble() < settings.faults().completionFails();
    snapshot.next =
        simulation.after(
            settings.delays().completion().drawn(random),
            () -> {
              if (fails) {
                fail(snapshot, "An internal error has occurred");
              } else {
                end(snapshot, Stage.COMPLETED);
              }
            });
  }

  /** It never completes. */
  void fail(EbsSnapshot snapshot, String why) {
    snapshot.stateMessage = why;
    end(snapshot, Stage.ERROR);
  }

  private void end(EbsSnapshot snapshot, Stage stage) {
    cancelNext(snapshot);
    snapshot.stage = stage;
    snapshot.forgetWritten();
    use.noLongerPending();
    simulation.trace().line("ebs", snapshot.id + " is " + snapshot.status());
  }

  /** Its children keep what they have of it. */
  void delete(EbsSnapshot snapshot) {
    cancelNext(snapshot);
    tags.remove(snapshot.id, snapshot.tags);
    snapshots.remove(snapshot.id);
    if (snapshot.pending()) {
      use.noLongerPending();
    }
  }

  private static void cancelNext(EbsSnapshot snapshot) {
    if (snapshot.next != null) {
      snapshot.next.cancel();
      snapshot.next = null;
    }
  }
}
