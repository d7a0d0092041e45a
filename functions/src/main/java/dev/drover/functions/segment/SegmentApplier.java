package dev.drover.functions.segment;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.SnapshotNotWritableException;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.run.RunWake;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.SegmentBlocks;
import dev.drover.functions.state.State;
import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.format.SegmentEntry;
import dev.drover.protocol.format.SegmentHeader;
import dev.drover.protocol.format.SegmentReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Applies staged segments to the EBS snapshots of their disks.
 *
 * <p>The idempotency key is (run, disk, epoch, extent), the key of the receipt. The receipt is
 * written only by who holds the lease, and "applied" only while the disk takes segments of this
 * generation. So an event that comes again, late or out of order finds the receipt, or a disk that
 * has gone on, and puts nothing; two at once find each other's lease. A block that is put twice
 * nevertheless (a function died between put and receipt) is put with the same content: a segment's
 * table has every block of its extent that differs from the base or was written before.
 *
 * <p>The generation of a disk may change while its snapshot stays. Then a segment goes on from the
 * one that was applied last, see {@link Succession}, or carries the whole extent.
 */
final class SegmentApplier {
  /**
   * A lease goes so far beyond the time by which its holder must have come to an end, which is 10 s
   * before Lambda ends it: whoever took it is dead by then, and clocks may differ.
   */
  private static final Duration LEASE_BEYOND_END = Duration.ofSeconds(40);

  private final State state;
  private final Receipts receipts;
  private final ObjectStore objects;
  private final BlockPuts puts;
  private final EarlierSegments earlier;
  private final RunWake wake;
  private final InstantSource clock;
  private final Supplier<String> leaseOwners;

  SegmentApplier(
      State state,
      ObjectStore objects,
      BlockPuts puts,
      RunWake wake,
      InstantSource clock,
      Supplier<String> leaseOwners) {
    this.state = state;
    this.receipts = state.receipts();
    this.objects = objects;
    this.puts = puts;
    this.earlier = new EarlierSegments(objects, puts);
    this.wake = wake;
    this.clock = clock;
    this.leaseOwners = leaseOwners;
  }

  /**
   * Applies the segment of that key, if it is to be applied.
   *
   * @param firstSeen when its news was first looked at
   * @param end when this must have come to its end
   */
  SegmentOutcome apply(String key, Instant firstSeen, Instant end) {
    SegmentCoordinates at;
    try {
      at = ObjectKeys.parseSegment(key);
    } catch (InvalidMessageException e) {
      return new SegmentOutcome.Settled(String.valueOf(e.getMessage()));
    }
    SegmentOutcome outcome =
        run(at.delta())
            .map(run -> applyToDisk(new Staged(key, at, run, firstSeen, end)))
            .orElseGet(
                () ->
                    new SegmentOutcome.Settled("environment, job and run do not belong together"));
    switch (outcome) {
      case SegmentOutcome.Applied it -> wake.segmentDone(at.delta().runId());
      // Nobody waits for it any more: it is to be sent again.
      case SegmentOutcome.Unreadable it -> wake.segmentDone(at.delta().runId());
      case SegmentOutcome.Corrupt it ->
          wake.segmentCorrupt(at.delta().runId(), key + ": " + it.error());
      case SegmentOutcome.Settled it -> {}
      case SegmentOutcome.Postponed it -> {}
    }
    return outcome;
  }

  /** A staged segment, its run, and the time that there is for it. */
  private record Staged(
      String key, SegmentCoordinates at, Run run, Instant firstSeen, Instant end) {
    Staged instead(SegmentCoordinates other) {
      return new Staged(ObjectKeys.segment(other), other, run, firstSeen, end);
    }

    Instant leaseEnd() {
      return end.plus(LEASE_BEYOND_END);
    }
  }

  private SegmentOutcome applyToDisk(Staged staged) {
    // One that failed and is kept goes on with whatever arrives meanwhile.
    if (staged.run().isOver()) {
      return new SegmentOutcome.Settled("the run has ended");
    }
    Optional<RunDisk> found =
        state.disks().find(staged.at().delta().runId(), staged.at().delta().diskId());
    if (found.isEmpty()) {
      return new SegmentOutcome.Postponed("no generation of the run was announced yet");
    }
    RunDisk disk = found.get();
    return refuse(staged.at(), disk, staged.run())
        .orElseGet(
            () ->
                staged.at().delta().generation().equals(disk.generation())
                    ? lease(staged, disk)
                    : inherit(staged, disk));
  }

  /** A connector may write below its environment's prefix only, but any name there. */
  private Optional<Run> run(DiskDelta delta) {
    boolean ofItsEnvironment =
        state
            .jobs()
            .find(delta.jobId())
            .filter(job -> job.environment().equals(delta.environment()))
            .isPresent();
    return ofItsEnvironment
        ? state.runs().find(new RunReference(delta.jobId(), delta.runId()))
        : Optional.empty();
  }

  private static Optional<SegmentOutcome> refuse(SegmentCoordinates at, RunDisk disk, Run run) {
    Generation generation = at.delta().generation();
    if (!generation.equals(disk.generation())) {
      Run.Opening opening = run.handOver().opening();
      if (opening == null || !opening.earlier().contains(generation)) {
        return Optional.of(new SegmentOutcome.Postponed("its generation was not announced yet"));
      }
      if (!disk.inherits()) {
        return settled("of an older generation than " + disk.generation());
      }
    }
    if (!Objects.equals(at.delta().base(), disk.baseSnapshot())) {
      return settled("of another base than " + ObjectKeys.baseText(disk.baseSnapshot()));
    }
    if (at.extent() >= disk.geometry().extentCount()) {
      return settled("behind the end of the disk");
    }
    return switch (disk.state()) {
      case APPLYING -> Optional.empty();
      case COMPLETING, COMPLETED -> settled("the disk takes no more segments");
      case GIVEN_BACK ->
          run.state().isEnded()
              ? settled("the disk's snapshot was given back; it is told again with the next one")
              : Optional.of(new SegmentOutcome.Postponed("the disk has no snapshot for now"));
    };
  }

  /**
   * A segment of an earlier generation, whose disk has got another snapshot since: that is to have
   * of the extent what the one before had, as the newest generation goes on from that.
   */
  private SegmentOutcome inherit(Staged staged, RunDisk disk) {
    int extent = staged.at().extent();
    boolean isTried =
        receipts
            .find(disk, extent)
            .filter(known -> known.generation().equals(disk.generation()))
            .isPresent();
    Optional<SegmentBlocks> inherited =
        isTried ? Optional.empty() : receipts.inherited(disk, extent);
    if (inherited.isEmpty()) {
      return new SegmentOutcome.Settled("of an older generation than " + disk.generation());
    }
    try {
      return earlier
          .find(staged.at(), generations(staged.run()), inherited.get().segmentDigest())
          .map(at -> lease(staged.instead(at), disk))
          .orElseGet(() -> lost(staged, disk));
    } catch (IOException e) {
      return new SegmentOutcome.Postponed(String.valueOf(e.getMessage()));
    }
  }

  /** Nobody has put anything of the extent, and nobody will: it is to be sent again. */
  private SegmentOutcome lost(Staged staged, RunDisk disk) {
    Receipts.Lease lease =
        new Receipts.Lease(disk, staged.at().extent(), disk.generation(), leaseOwners.get());
    Instant now = clock.instant();
    return receipts.takeFirst(lease, now, staged.leaseEnd())
        ? missing(lease, null, "the segment that it goes on from is gone")
        : new SegmentOutcome.Settled("another function has the extent");
  }

  private static List<Generation> generations(Run run) {
    Run.Opening opening = run.handOver().opening();
    return opening == null ? List.of() : opening.all();
  }

  private SegmentOutcome lease(Staged staged, RunDisk disk) {
    int extent = staged.at().extent();
    Generation generation = staged.at().delta().generation();
    Receipts.Lease lease = new Receipts.Lease(disk, extent, generation, leaseOwners.get());
    Instant now = clock.instant();
    Receipt seen = null;
    boolean taken;
    try {
      taken = receipts.takeFirst(lease, now, staged.leaseEnd());
      if (!taken) {
        seen = receipts.find(disk, extent).orElse(null);
        taken = seen != null && receipts.take(lease, seen, now, staged.leaseEnd());
      }
    } catch (TransientException e) {
      // It may have been taken, and only the answer is lost.
      return giveBack(lease, e);
    }
    if (taken) {
      return underLease(staged, lease, seen);
    }
    return seen != null
            && seen.outcome() instanceof Receipt.Applied
            && seen.generation().equals(generation)
        ? new SegmentOutcome.Settled("applied already")
        : new SegmentOutcome.Postponed("another function has the lease");
  }

  /**
   * Does what the lease is for.
   *
   * @param seen the extent's receipt before the lease was taken; null: there was none
   */
  private SegmentOutcome underLease(Staged staged, Receipts.Lease lease, @Nullable Receipt seen) {
    try {
      return read(staged, lease, seen);
    } catch (SnapshotNotWritableException e) {
      Instant appearsUntil = staged.firstSeen().plus(Snapshots.APPEARS_WITHIN);
      return clock.instant().isBefore(appearsUntil)
          ? giveBack(lease, e)
          : missing(lease, null, String.valueOf(e.getMessage()));
    } catch (TransientException | IOException e) {
      return giveBack(lease, e);
    } catch (RefusedException e) {
      receipts.release(lease, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private SegmentOutcome read(Staged staged, Receipts.Lease lease, @Nullable Receipt seen)
      throws IOException {
    Optional<ObjectStore.Opened> found = objects.open(staged.key());
    if (found.isEmpty()) {
      return missing(lease, null, "the object is gone");
    }
    try (ObjectStore.Opened object = found.get()) {
      return put(staged, lease, seen, object);
    } catch (UnknownVersionException e) {
      // Not corrupt, and no reason to wait: its connector is asked again, by a plan of this
      // version.
      return missing(lease, found.get().version(), String.valueOf(e.getMessage()));
    } catch (FormatException | InvalidMessageException e) {
      return corrupt(lease, seen, found.get().version(), String.valueOf(e.getMessage()));
    }
  }

  private SegmentOutcome put(
      Staged staged, Receipts.Lease lease, @Nullable Receipt seen, ObjectStore.Opened object)
      throws IOException {
    SegmentReader segment = new SegmentReader(staged.key(), object.body(), object.lengthBytes());
    requireOf(lease.disk(), staged.at(), segment.header());
    SnapshotId snapshot = lease.disk().snapshotId();
    BooleanSupplier outOfTime = () -> !clock.instant().isBefore(staged.end());
    Succession succession = new Succession(receipts, lease, seen);
    Optional<String> objection =
        succession.isFirst()
            ? earlier.putKept(segment, generations(staged.run()), snapshot, outOfTime)
            : succession.objection(segment);
    if (objection.isPresent()) {
      return seen != null && seen.outcome() instanceof Receipt.Applied
          ? refused(lease, seen, object.version(), objection.get())
          : missing(lease, object.version(), objection.get());
    }
    puts.put(snapshot, segment, entry -> true, outOfTime);
    segment.finish();
    return receipts.apply(lease, blocks(segment), clock.instant())
        ? new SegmentOutcome.Applied(segment.carried().size())
        : new SegmentOutcome.Settled("the disk went on while the segment was applied");
  }

  private static void requireOf(RunDisk disk, SegmentCoordinates at, SegmentHeader header) {
    require(header.coordinates().equals(at), "its header belongs to another key");
    require(
        header.sizeBytes() == disk.sizeBytes(),
        "it is of a disk of " + header.sizeBytes() + " bytes, not " + disk.sizeBytes());
    require(
        header.baseDigestList().equals(disk.baseDigestListDigest()),
        "it was made against another digest list of the base");
    require(
        header.zerosLeftOut() == disk.zerosLeftOut(),
        header.zerosLeftOut()
            ? "it leaves zero blocks out, which the plan does not allow"
            : "it has the zero blocks that its disk leaves out");
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new InvalidMessageException(complaint);
    }
  }

  private static SegmentBlocks blocks(SegmentReader segment) {
    BlockBitmap written = BlockBitmap.EMPTY;
    for (SegmentEntry entry : segment.entries()) {
      written = written.with(entry.block() % DiskGeometry.BLOCKS_PER_EXTENT);
    }
    return new SegmentBlocks(
        segment.digest(), written, segment.entries().stream().map(SegmentEntry::digest).toList());
  }

  private SegmentOutcome missing(Receipts.Lease lease, @Nullable String object, String error) {
    return ifOurs(receipts.missing(lease, object, error), new SegmentOutcome.Unreadable(error));
  }

  /** Events come twice: one object is one corrupt segment. */
  private SegmentOutcome corrupt(
      Receipts.Lease lease, @Nullable Receipt seen, String object, String error) {
    boolean isKnown =
        seen != null
            && seen.outcome() instanceof Receipt.Missing known
            && object.equals(known.object());
    return isKnown
        ? missing(lease, object, error)
        : ifOurs(receipts.missing(lease, object, error), new SegmentOutcome.Corrupt(error));
  }

  /**
   * Nothing was put: what the other generation applied stands, and another segment is asked for.
   */
  private SegmentOutcome refused(
      Receipts.Lease lease, Receipt seen, @Nullable String object, String error) {
    return ifOurs(receipts.restore(lease, seen, object), new SegmentOutcome.Unreadable(error));
  }

  private static SegmentOutcome ifOurs(boolean leaseWasOurs, SegmentOutcome outcome) {
    return leaseWasOurs
        ? outcome
        : new SegmentOutcome.Settled("another function took the lease over");
  }

  private SegmentOutcome giveBack(Receipts.Lease lease, Exception reason) {
    String text = String.valueOf(reason.getMessage());
    receipts.release(lease, text);
    return new SegmentOutcome.Postponed(text);
  }

  private static Optional<SegmentOutcome> settled(String reason) {
    return Optional.of(new SegmentOutcome.Settled(reason));
  }
}
