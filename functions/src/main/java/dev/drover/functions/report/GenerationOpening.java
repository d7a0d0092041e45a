package dev.drover.functions.report;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.EpochStart;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryServer;
import dev.drover.protocol.message.Report.OpenedDisk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connector opened a generation: every disk of it gets an EBS snapshot to be written into.
 *
 * <p>Idempotency key: the run's attempt and the report's sequence number, the run's generation, and
 * for each disk its epoch. The same generation again finds all its disks and starts nothing; what
 * was reported before the newest is ignored. Another generation goes on into the same snapshots,
 * where they still take blocks and it has the same base and size; elsewhere it puts fresh ones in
 * their place, which are written down to be deleted in the same transaction. That its name sorts
 * before theirs says nothing: a name has the time of the site, and the connector that takes a run
 * over may have another. All disks of a generation come into the table in one transaction that asks
 * for the run to be at work, still, in this attempt: so a run that ends at the same time leaves no
 * snapshot behind. A disk whose snapshot was given back or lost gets the next epoch's, also in the
 * same generation; when EBS has no room for another pending snapshot, the run says so and the
 * report is told again.
 */
final class GenerationOpening {
  /** The first snapshot of a disk in a run. */
  static final int FIRST_EPOCH = 1;

  private static final int MAX_TRIES = 3;
  private static final String REFUSED = "Drover.GenerationRefused";

  private final ReportedRun runs;
  private final State state;
  private final SmallObjects objects;
  private final EpochStart epochs;
  private final ReportsLater later;
  private final StraySnapshots strays;
  private final EventLog log;

  GenerationOpening(
      ReportedRun runs,
      State state,
      SmallObjects objects,
      EpochStart epochs,
      ReportsLater later,
      StraySnapshots strays,
      EventLog log) {
    this.runs = runs;
    this.state = state;
    this.objects = objects;
    this.epochs = epochs;
    this.later = later;
    this.strays = strays;
    this.log = log;
  }

  void open(Report.Opened report) {
    List<SnapshotId> started = new ArrayList<>();
    Tries.untilDone(
        MAX_TRIES,
        "run " + report.run().runId() + " changes while it is opened",
        () -> {
          Optional<Run> run = runs.find(report.origin(), report.run());
          return run.isEmpty()
              || isOlder(report, run.get())
              || openOnce(report, run.get(), started);
        });
    discardUnused(report, started);
    // Whatever fails here comes again with the report, and after that with the sweep.
    runs.find(report.origin(), report.run()).ifPresent(strays::delete);
  }

  private boolean isOlder(Report.Opened report, Run run) {
    Run.Opening newest = run.handOver().opening();
    boolean older =
        newest != null && newest.isAfter(report.run().attempt(), report.origin().sequence());
    if (older) {
      log.event(
          "generation-older",
          Map.of("jobId", run.jobId(), "runId", run.id(), "generation", report.generation()));
    }
    return older;
  }

  /** False when the run changed meanwhile and has to be looked at again. */
  private boolean openOnce(Report.Opened report, Run run, List<SnapshotId> started) {
    ReplicationPlan plan = plan(report);
    Map<DiskId, RunDisk> known = known(run.id());
    String objection = objection(report, plan);
    if (!objection.isEmpty()) {
      refuse(report, objection, objection);
      return true;
    }
    Transaction transaction = state.transaction();
    Map<DiskId, RunDisk> replaced = new HashMap<>(known);
    List<RunDisk> now = new ArrayList<>();
    for (int number = 0; number < report.disks().size(); number++) {
      OpenedDisk disk = report.disks().get(number);
      RunDisk old = known.get(disk.diskId());
      if (old != null && serves(old, disk, plan)) {
        replaced.remove(disk.diskId());
        if (!old.generation().equals(report.generation())) {
          EpochStart.Started same =
              new EpochStart.Started(old.snapshotId(), old.epoch(), old.startedAt());
          transaction.with(state.disks().goOn(old, fresh(report, plan, number, same, old)));
        }
        now.add(old);
      } else if (old != null && isKnown(old, disk, report.generation())) {
        replaced.remove(disk.diskId());
        now.add(old);
      } else {
        state.leftovers().expect(run.reference());
        Optional<EpochStart.Started> next = start(report, run, disk, old, started);
        if (next.isEmpty()) {
          return true;
        }
        EpochStart.Started fresh = next.get();
        started.add(fresh.snapshotId());
        RunDisk begun =
            old != null && isSame(old, disk, report.generation())
                ? old.restarted(fresh.epoch(), fresh.snapshotId(), fresh.at())
                : fresh(report, plan, number, fresh, old);
        transaction.with(state.disks().put(begun, old));
        now.add(begun);
      }
    }
    return commit(report, run, transaction, replaced, now);
  }

  /**
   * @param replaced disks of earlier openings that are opened no longer, or in another snapshot
   * @param now the disks that are opened
   */
  private boolean commit(
      Report.Opened report,
      Run run,
      Transaction transaction,
      Map<DiskId, RunDisk> replaced,
      List<RunDisk> now) {
    Set<DiskId> opened =
        report.disks().stream().map(OpenedDisk::diskId).collect(Collectors.toSet());
    replaced.values().stream()
        .filter(known -> !opened.contains(known.diskId()))
        .forEach(known -> transaction.with(state.disks().remove(known)));
    if (transaction.isEmpty()) {
      return true;
    }
    Run.Opening opening =
        new Run.Opening(
            report.generation(),
            report.firmware(),
            report.run().attempt(),
            report.origin().sequence());
    replaced.values().forEach(known -> transaction.with(state.leftovers().doom(known)));
    transaction.with(
        state
            .runs()
            .open(
                report.run(),
                run.handOver().opening(),
                opening,
                CopiedWhole.sentence(now).orElse(null),
                gone(run, replaced.values(), opened)));
    if (!transaction.commit()) {
      return false;
    }
    log.event(
        "generation-opened",
        Map.of(
            "jobId", run.jobId(),
            "runId", run.id(),
            "attempt", report.run().attempt(),
            "generation", report.generation(),
            "disks", report.disks().size(),
            "consistency", report.consistency(),
            "copiedWhole", CopiedWhole.sentence(now).orElse("")));
    return true;
  }

  /** Who starts a server of the copy has to know that a disk is not in it. */
  private Set<String> gone(Run run, Collection<RunDisk> replaced, Set<DiskId> opened) {
    Set<String> gone = new HashSet<>(run.course().disksGone());
    opened.forEach(disk -> gone.removeIf(name -> name.contains(disk.value())));
    replaced.stream()
        .filter(disk -> !opened.contains(disk.diskId()))
        .forEach(disk -> gone.add(CopiedWhole.named(disk)));
    state.bases().list(run.jobId()).stream()
        .filter(base -> !opened.contains(base.diskId()))
        .forEach(base -> gone.add(named(base)));
    return gone;
  }

  /** By its label, as long as the run that made it is known. */
  private String named(BaseSnapshot base) {
    return state
        .disks()
        .find(base.runId(), base.diskId())
        .map(CopiedWhole::named)
        .orElseGet(() -> Ec2Text.disk(base.diskId().value(), base.diskId()));
  }

  private Map<DiskId, RunDisk> known(RunId runId) {
    return state.disks().list(runId).stream()
        .collect(Collectors.toMap(RunDisk::diskId, Function.identity()));
  }

  /** Whether this very opening is in the table already. */
  private static boolean isKnown(RunDisk known, OpenedDisk disk, Generation opened) {
    return known.state() != RunDisk.State.GIVEN_BACK && isSame(known, disk, opened);
  }

  /** Whether what was staged of the one is what the other is to have. */
  private static boolean isSame(RunDisk known, OpenedDisk disk, Generation opened) {
    return known.generation().equals(opened) && isLike(known, disk);
  }

  /** Whether segments of any generation go on into the same snapshot. */
  private static boolean serves(RunDisk known, OpenedDisk disk, ReplicationPlan plan) {
    return known.state() == RunDisk.State.APPLYING && isOfSameBase(known, disk, plan);
  }

  /** Whether what was applied of the one is worth something for the other. */
  private static boolean isOfSameBase(RunDisk known, OpenedDisk disk, ReplicationPlan plan) {
    ReplicationPlan.Base planned =
        plan.disk(disk.diskId()).map(ReplicationPlan.Disk::base).orElse(null);
    return isLike(known, disk)
        && (planned == null
            || known.base() == null
            || known.base().digestListDigest().equals(planned.digestListDigest()));
  }

  private static boolean isLike(RunDisk known, OpenedDisk disk) {
    return known.sizeBytes() == disk.sizeBytes()
        && Objects.equals(known.baseSnapshot(), disk.base())
        && known.zerosLeftOut() == disk.leavesZerosOut();
  }

  private ReplicationPlan plan(Report.Opened report) {
    String key = ObjectKeys.plan(report.origin().environment(), report.run());
    return objects
        .find(key, ReplicationPlan.class)
        .orElseThrow(() -> new InvalidMessageException("there is no plan " + key))
        .message();
  }

  /** The empty text when the report agrees with its plan. */
  private static String objection(Report.Opened report, ReplicationPlan plan) {
    if (report.disks().size() > InventoryServer.MAX_DISKS) {
      return "The server has "
          + report.disks().size()
          + " disks, at most "
          + InventoryServer.MAX_DISKS
          + ".";
    }
    for (OpenedDisk disk : report.disks()) {
      if (disk.leavesZerosOut() && plan.zeroPolicy() != ZeroPolicy.OMIT) {
        return "The connector leaves zero blocks out of "
            + named(disk)
            + ", which its plan does not allow.";
      }
      if (disk.base() != null) {
        ReplicationPlan.Base planned =
            plan.disk(disk.diskId()).map(ReplicationPlan.Disk::base).orElse(null);
        if (planned == null || !disk.base().equals(planned.snapshotId())) {
          return "The connector opened "
              + named(disk)
              + " with the base "
              + disk.base()
              + ", which its plan does not name.";
        }
        // EBS takes no child that is smaller than its parent.
        if (disk.sizeBytes() < planned.sizeBytes()) {
          return "The connector opened "
              + named(disk)
              + " with "
              + disk.sizeBytes()
              + " bytes, fewer than the "
              + planned.sizeBytes()
              + " of its base "
              + disk.base()
              + ". Start a run on demand: it sends the whole disk.";
        }
      }
    }
    return "";
  }

  private static String named(OpenedDisk disk) {
    return Ec2Text.disk(disk.label(), disk.diskId());
  }

  /**
   * Empty when none was started: EBS refuses, and the run says why; or it has no room now, and the
   * report is told again while the run says what it waits for.
   */
  private Optional<EpochStart.Started> start(
      Report.Opened report,
      Run run,
      OpenedDisk disk,
      @Nullable RunDisk old,
      List<SnapshotId> started) {
    int first = old == null ? FIRST_EPOCH : old.epoch() + 1;
    EpochStart.Disk wanted =
        new EpochStart.Disk(
            disk.diskId(), disk.label(), disk.sizeBytes(), disk.base(), disk.leavesZerosOut());
    return switch (epochs.start(report.run(), run, wanted, first)) {
      case EpochStart.Started it -> Optional.of(it);
      case EpochStart.NoRoom it -> {
        // Those of other disks are kept: the next try finds them by their tokens.
        started.clear();
        log.event(
            "generation-waits",
            Map.of("jobId", run.jobId(), "runId", run.id(), "reason", it.sentence()));
        later.tell(report, it.sentence());
        yield Optional.empty();
      }
      case EpochStart.Refused it -> {
        refuse(report, it.sentence(), it.details());
        yield Optional.empty();
      }
    };
  }

  private static RunDisk fresh(
      Report.Opened report,
      ReplicationPlan plan,
      int number,
      EpochStart.Started started,
      @Nullable RunDisk old) {
    OpenedDisk disk = report.disks().get(number);
    Optional<ReplicationPlan.Disk> planned = plan.disk(disk.diskId());
    RunDisk.Base base =
        disk.base() == null ? null : planned.map(GenerationOpening::base).orElse(null);
    String reason =
        disk.baseReason() == null
            ? planned.map(ReplicationPlan.Disk::baseReason).orElse(null)
            : disk.baseReason();
    return new RunDisk(
        report.run().runId(),
        disk.diskId(),
        started.epoch(),
        old != null && isOfSameBase(old, disk, plan) ? old.firstEpoch() : started.epoch(),
        report.generation(),
        base,
        base == null ? reason : null,
        disk.sizeBytes(),
        started.snapshotId(),
        started.at(),
        RunDisk.State.APPLYING,
        null,
        null,
        number == 0,
        number,
        disk.label(),
        disk.leavesZerosOut());
  }

  private static RunDisk.@Nullable Base base(ReplicationPlan.Disk planned) {
    ReplicationPlan.Base base = planned.base();
    return base == null
        ? null
        : new RunDisk.Base(base.snapshotId(), base.digestListKey(), base.digestListDigest());
  }

  private void refuse(Report.Opened report, String sentence, String details) {
    state.runs().refuse(report.run(), REFUSED, sentence);
    log.event(
        "generation-refused",
        Map.of(
            "jobId",
            report.run().jobId(),
            "runId",
            report.run().runId(),
            "reason",
            sentence,
            "details",
            details));
  }

  /** A snapshot that did not come into the table is nobody's. */
  private void discardUnused(Report.Opened report, List<SnapshotId> started) {
    Set<SnapshotId> used =
        started.isEmpty()
            ? Set.of()
            : state.disks().list(report.run().runId()).stream()
                .map(RunDisk::snapshotId)
                .collect(Collectors.toSet());
    started.stream().distinct().filter(id -> !used.contains(id)).forEach(epochs::discard);
  }
}
