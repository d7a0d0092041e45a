package dev.drover.functions.snapshot;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.staging.StagedExtents;
import dev.drover.functions.state.ExtentGroup;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One look at a disk whose connector has ended: which of the extents that it sent are applied,
 * which are staged and will be, and which have to be sent again.
 *
 * <p>It goes by groups of extents, and reads receipts only of those that no look before found
 * settled; only where something is not applied staging is listed. So it costs in proportion to what
 * is not known to be done, and its memory is that of a group.
 */
final class ExtentLook {
  /** Of a disk; what more is late, a later look tells. */
  private static final int MAX_LATE = LostEvents.QUEUED_AT_MOST;

  private final SentDisk sent;
  private final EarlierStaging earlier;
  private final Receipts receipts;
  private final ObjectStore objects;
  private final Instant lateBefore;
  private final BitSet settled;

  private final List<StagedExtents.Staged> late = new ArrayList<>();
  private int applied;
  private int waiting;
  private int waitingLong;
  private int missing;
  private @Nullable Unapplied firstWaiting;
  private @Nullable Unapplied firstMissing;
  private @Nullable Instant newestApplied;
  private @Nullable ReceiptDisagreesException disagreement;

  private ExtentLook(Wish wish, Receipts receipts, ObjectStore objects) {
    this.sent = wish.sent();
    this.earlier = wish.earlier();
    this.receipts = receipts;
    this.objects = objects;
    this.lateBefore = wish.lateBefore();
    this.settled = (BitSet) wish.settled().clone();
  }

  /**
   * What to look at.
   *
   * @param earlier where else the disk's segments may be
   * @param settled groups that need not be read, by number
   * @param lateBefore what was staged before this and waits is late
   */
  record Wish(SentDisk sent, EarlierStaging earlier, BitSet settled, Instant lateBefore) {}

  /**
   * An extent that is not applied.
   *
   * @param lastError why the last try to apply it failed
   */
  record Unapplied(int extent, String lastError) {}

  /**
   * What was found.
   *
   * @param settled the groups that a next look need not read
   * @param applied how many extents are applied, with those that were known to be
   * @param waiting how many are staged and not applied yet
   * @param missing how many are neither
   * @param waitingLong how many of those that wait are late
   * @param late the first of them
   * @param newestApplied when the newest that is applied was staged, of those groups of which some
   *     wait; null where none is applied
   */
  record Found(
      SentDisk sent,
      Manifest manifest,
      BitSet settled,
      int applied,
      int waiting,
      int missing,
      @Nullable Unapplied firstWaiting,
      @Nullable Unapplied firstMissing,
      int waitingLong,
      List<StagedExtents.Staged> late,
      @Nullable Instant newestApplied) {
    /** A disk that takes no segments any more: all of it is applied. */
    static Found completing(SentDisk sent, Manifest manifest) {
      int all = manifest.extentsSent();
      return new Found(sent, manifest, new BitSet(), all, 0, 0, null, null, 0, List.of(), null);
    }

    /** A disk without a snapshot for now: nothing of it is applied. */
    static Found withoutSnapshot(SentDisk sent, Manifest manifest, String noRoom) {
      // Also of a disk of which nothing was sent: its snapshot has to be there.
      int all = Math.max(1, manifest.extentsSent());
      Unapplied first = new Unapplied(0, noRoom);
      return new Found(sent, manifest, new BitSet(), 0, all, 0, first, null, 0, List.of(), null);
    }

    /** Whether all that was sent is in EBS. */
    boolean isApplied() {
      return waiting == 0 && missing == 0;
    }
  }

  /** Empty: the manifest is of another opening of the disk than the table knows. */
  static Optional<Found> at(Wish wish, Receipts receipts, ObjectStore objects) throws IOException {
    ExtentLook look = new ExtentLook(wish, receipts, objects);
    Optional<Manifest> manifest = wish.sent().readIfOpened(objects, look::merge);
    if (manifest.isPresent() && look.disagreement != null) {
      throw look.disagreement;
    }
    return manifest.map(look::found);
  }

  private Found found(Manifest manifest) {
    return new Found(
        sent,
        manifest,
        settled,
        applied,
        waiting,
        missing,
        firstWaiting,
        firstMissing,
        waitingLong,
        List.copyOf(late),
        newestApplied);
  }

  private Manifest merge(ManifestReader manifest) throws IOException {
    DiskGeometry geometry = sent.disk().geometry();
    try {
      for (ExtentGroup group : (Iterable<ExtentGroup>) ExtentGroup.allOf(geometry)::iterator) {
        Announced announced = new Announced(group);
        for (int extent = group.first(); extent < group.end(geometry); extent++) {
          announced.add(extent, manifest.next().segment());
        }
        look(announced);
      }
      manifest.finish();
    } catch (UnknownVersionException e) {
      throw NewerVersionException.of(e);
    } catch (FormatException | InvalidMessageException e) {
      throw sent.unreadable(e);
    }
    return manifest.manifest();
  }

  private void look(Announced announced) {
    if (announced.count == 0 || settled.get(announced.group.number())) {
      applied += announced.count;
      return;
    }
    BitSet unapplied = announced.extents();
    Receipt[] known = new Receipt[ExtentGroup.EXTENTS];
    receipts
        .list(sent.disk(), announced.group)
        .forEach(
            receipt -> {
              int place = receipt.extent() - announced.group.first();
              known[place] = receipt;
              if (receipt.outcome() instanceof Receipt.Applied done
                  && !isReplaced(receipt, done, announced.segments[place])) {
                requireSame(receipt.extent(), done.segmentDigest(), announced.segments[place]);
                unapplied.clear(place);
                applied++;
              }
            });
    if (unapplied.isEmpty()) {
      settled.set(announced.group.number());
    } else {
      findStaged(announced.group, unapplied, known);
    }
  }

  /** Whether the newest generation's own segment is still to come. */
  private boolean isReplaced(Receipt receipt, Receipt.Applied done, @Nullable Digest announced) {
    return announced != null
        && !done.segmentDigest().equals(announced)
        && !receipt.generation().equals(sent.disk().generation());
  }

  /** Thrown when the manifest was read to its end: until then it may itself be at fault. */
  private void requireSame(int extent, Digest segment, @Nullable Digest announced) {
    if (!segment.equals(announced) && disagreement == null) {
      disagreement = new ReceiptDisagreesException(sent.disk(), extent, segment, announced);
    }
  }

  private void findStaged(ExtentGroup group, BitSet unapplied, @Nullable Receipt[] known) {
    RunDisk disk = sent.disk();
    BitSet gone = (BitSet) unapplied.clone();
    String prefix = ObjectKeys.stagingOfDisk(sent.delta()) + group.keyPrefix();
    StagedExtents.list(objects, prefix, disk.geometry().extentCount())
        .forEach(
            staged -> {
              int place = staged.extent() - group.first();
              Receipt receipt = known[place];
              if (!unapplied.get(place)) {
                applied(staged, receipt);
              } else if (!isKnownUnreadable(staged, receipt)) {
                gone.clear(place);
                waits(staged, receipt);
              }
            });
    if (!gone.isEmpty()) {
      findStagedEarlier(group, gone, known);
    }
    missing += gone.cardinality();
    if (firstMissing == null && !gone.isEmpty()) {
      int place = gone.nextSetBit(0);
      firstMissing =
          unapplied(group.first() + place, known[place], "its segment is not in staging");
    }
  }

  /** What the newest generation goes on from, and the snapshot is to get again. */
  private void findStagedEarlier(ExtentGroup group, BitSet gone, @Nullable Receipt[] known) {
    RunDisk disk = sent.disk();
    earlier
        .list(sent.delta(), group, disk, objects)
        .forEach(
            staged -> {
              int place = staged.extent() - group.first();
              Receipt receipt = known[place];
              boolean isTried = receipt != null && receipt.generation().equals(disk.generation());
              if (gone.get(place) && !isTried) {
                gone.clear(place);
                waits(staged, receipt);
              }
            });
  }

  private void applied(StagedExtents.Staged staged, @Nullable Receipt receipt) {
    if (receipt != null
        && (newestApplied == null || staged.lastModified().isAfter(newestApplied))) {
      newestApplied = staged.lastModified();
    }
  }

  private void waits(StagedExtents.Staged staged, @Nullable Receipt receipt) {
    waiting++;
    if (firstWaiting == null) {
      firstWaiting = unapplied(staged.extent(), receipt, "no function has tried to apply it");
    }
    if (staged.lastModified().isBefore(lateBefore)) {
      waitingLong++;
      if (late.size() < MAX_LATE) {
        late.add(staged);
      }
    }
  }

  private static Unapplied unapplied(int extent, @Nullable Receipt receipt, String otherwise) {
    String lastError = receipt == null ? otherwise : String.valueOf(receipt.lastError());
    return new Unapplied(extent, lastError);
  }

  /** Whether this very version of the object was found unreadable, or not to be applied. */
  private static boolean isKnownUnreadable(StagedExtents.Staged staged, @Nullable Receipt receipt) {
    return switch (receipt == null ? null : receipt.outcome()) {
      case Receipt.Missing missing -> staged.version().equals(missing.object());
      case Receipt.Applied applied -> staged.version().equals(applied.refusedObject());
      case Receipt.Leased leased -> false;
      case null -> false;
    };
  }

  /** The segments of a group that a manifest names; null where nothing was sent. */
  private static final class Announced {
    final ExtentGroup group;
    final @Nullable Digest[] segments = new Digest[ExtentGroup.EXTENTS];
    int count;

    Announced(ExtentGroup group) {
      this.group = group;
    }

    void add(int extent, @Nullable Digest segment) {
      segments[extent - group.first()] = segment;
      if (segment != null) {
        count++;
      }
    }

    BitSet extents() {
      BitSet extents = new BitSet();
      for (int place = 0; place < segments.length; place++) {
        extents.set(place, segments[place] != null);
      }
      return extents;
    }
  }
}
