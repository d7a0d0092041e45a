package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.SegmentWait;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestReader;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks whether all that a connector sent is in EBS, and heals events that were lost. */
final class AwaitApplied {
  /** S3 tells most events within seconds; an older one that left no trace may be lost. */
  private static final Duration EVENT_IS_LATE = Duration.ofSeconds(60);

  /**
   * So long the report that a generation was opened may take; then it is asked for again. Longer
   * than two tries, as the report queue hides a message for 360 s after a try that failed.
   */
  private static final int ANNOUNCED_WITHIN_SECONDS = 900;

  private static final int PERCENT = 100;

  private final State state;
  private final ObjectStore objects;
  private final NextEpochs epochs;
  private final LostEvents events;
  private final CorruptSegments corrupt;
  private final InstantSource clock;
  private final EventLog log;

  AwaitApplied(
      State state,
      ObjectStore objects,
      NextEpochs epochs,
      LostEvents events,
      CorruptSegments corrupt,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.objects = objects;
    this.epochs = epochs;
    this.events = events;
    this.corrupt = corrupt;
    this.clock = clock;
    this.log = log;
  }

  /**
   * What the state machine gives.
   *
   * @param waits how many waits before this look lasted to their end
   * @param woken whether segments ended the wait before this look
   */
  record Input(
      JobId jobId,
      RunId runId,
      int attempt,
      int pass,
      int waits,
      boolean woken,
      TaskResult result) {
    RunReference run() {
      return new RunReference(jobId, runId);
    }
  }

  /** Whether to go on, to look again, or to ask for what is missing. */
  enum Status {
    /** All of it is in EBS. */
    APPLIED,
    /** Some of it is staged and will be. */
    WAITING,
    /** Some of it has to be sent again. */
    MISSING
  }

  /**
   * What the state machine goes on with.
   *
   * @param expected what waits is done when so many segments of the run are, see SegmentWait
   * @param waitSeconds so long at most is that to be waited for
   * @param ready disks that can be completed while others still wait
   */
  record Output(
      Status status,
      long expected,
      int waitSeconds,
      List<DiskId> disks,
      List<DiskId> ready,
      @Nullable Integer missing) {}

  Output look(Input input) {
    ActiveRun active = ActiveRun.find(state, input.run());
    // What a connector has sent to its end needs no slot of it any more.
    state.admissions().move(input.runId(), Admission.Phase.UPLOADING, Admission.Phase.APPLYING);
    // Read before the look: whatever the look finds waiting is counted after this.
    SegmentWait counted = state.segmentWaits().find(input.runId());
    long done = counted.done();
    corrupt.tell(active.run(), counted);
    List<RunDisk> opened = state.disks().list(input.runId());
    EnvironmentName environment = active.job().environment();
    if (!announced(opened, input.result())) {
      return notAnnounced(input, environment, active.run(), done);
    }
    if (!epochs.allStand(opened)) {
      opened = state.disks().list(input.runId());
    }
    NextEpochs.Begun begun = epochs.begin(active.run(), opened);
    if (begun.baseGone() != null) {
      return baseGone(input, begun.baseGone(), done);
    }
    say(active.run(), begun.noRoom());
    Optional<List<ExtentLook.Found>> looked =
        lookAtAll(active.run(), sentDisks(environment, input, begun.disks()), begun.noRoom());
    if (looked.isEmpty()) {
      return notAnnounced(input, environment, active.run(), done);
    }
    List<ExtentLook.Found> found = looked.get();
    found.forEach(look -> state.disks().putManifest(look.sent().disk(), look.sent().manifestKey()));
    progress(input, found);
    return judge(input, found, begun.begun(), done);
  }

  /** That the run waits for room beside its segments; said once, and taken back once. */
  private void say(Run run, @Nullable String noRoom) {
    if (!Objects.equals(run.handOver().noRoom(), noRoom)) {
      state.runs().waitForRoom(run.attempt(), noRoom);
      if (noRoom != null) {
        log.event("run-waits", Map.of("jobId", run.jobId(), "runId", run.id(), "reason", noRoom));
      }
    }
  }

  /** What was sent differs from what is gone: the next attempt has no base and sends everything. */
  private static Output baseGone(Input input, RunDisk disk, long done) {
    if (input.pass() >= ReplicateRunLimits.MAX_PASSES) {
      throw new BaseGoneException(disk);
    }
    int all = disk.geometry().extentCount();
    return output(Status.MISSING, input, done, List.of(), all);
  }

  /**
   * The report that opened a generation may come later than the end of what it opened. Until it
   * does, another attempt's generation may stand; which of the two is newer their names do not
   * tell, because they have the time of the site.
   */
  private static boolean announced(List<RunDisk> opened, TaskResult result) {
    return !opened.isEmpty()
        && opened.stream().allMatch(disk -> disk.generation().equals(result.generation()));
  }

  private Output notAnnounced(Input input, EnvironmentName environment, Run run, long done) {
    String refused = run.outcome().statusMessage();
    if (run.outcome().failureCode() != null && refused != null) {
      throw new NotAnnouncedException(run.id(), input.result().generation(), refused);
    }
    LookBackoff backoff = new LookBackoff(input.waits());
    // A report that waits for room is told again and again, and is no lost one.
    if (run.handOver().noRoom() != null || backoff.waitedSeconds() < ANNOUNCED_WITHIN_SECONDS) {
      if (!input.woken() && backoff.isNextMinute()) {
        events.repeatOpened(environment, run, input.attempt());
      }
      // The first segment that is applied tells that the generation was announced.
      return output(Status.WAITING, input, done + 1, List.of(), null);
    }
    if (input.pass() >= ReplicateRunLimits.MAX_PASSES) {
      throw new NotAnnouncedException(
          run.id(),
          input.result().generation(),
          "the connector's report of it never arrived; see the report queue's dead-letter queue");
    }
    // The next attempt reports what it opened again: so a report that was lost is healed.
    return output(Status.MISSING, input, done, List.of(), 0);
  }

  /** Promise 2: the manifests are of exactly the run's disks; of which generation was asked. */
  private static List<SentDisk> sentDisks(
      EnvironmentName environment, Input input, List<RunDisk> opened) {
    TaskResult result = input.result();
    Set<DiskId> expected =
        opened.stream().map(RunDisk::diskId).collect(Collectors.toUnmodifiableSet());
    Set<DiskId> named =
        result.manifests().stream()
            .map(TaskResult.ManifestKey::disk)
            .collect(Collectors.toUnmodifiableSet());
    if (!named.equals(expected) || result.manifests().size() != expected.size()) {
      throw new ManifestDisagreesException(
          input.runId(), "they are of disks " + named + ", the run has " + expected);
    }
    Map<DiskId, RunDisk> byId =
        opened.stream().collect(Collectors.toMap(RunDisk::diskId, Function.identity()));
    List<SentDisk> sent = new ArrayList<>();
    for (TaskResult.ManifestKey manifest : result.manifests()) {
      RunDisk disk = byId.get(manifest.disk());
      if (disk != null) {
        sent.add(new SentDisk(environment, input.jobId(), disk, manifest.key()));
      }
    }
    sent.sort(Comparator.comparingInt(each -> each.disk().diskNumber()));
    return sent;
  }

  /** Empty when one of the disks is of another opening than the table knows. */
  private Optional<List<ExtentLook.Found>> lookAtAll(
      Run run, List<SentDisk> sent, @Nullable String noRoom) {
    List<ExtentLook.Found> found = new ArrayList<>();
    for (SentDisk disk : sent) {
      Optional<ExtentLook.Found> look = lookAt(run, disk, String.valueOf(noRoom));
      if (look.isEmpty()) {
        return Optional.empty();
      }
      found.add(look.get());
    }
    return Optional.of(found);
  }

  private Optional<ExtentLook.Found> lookAt(Run run, SentDisk sent, String noRoom) {
    try {
      return switch (sent.disk().state()) {
        case APPLYING -> lookAtExtents(run, sent);
        case COMPLETING, COMPLETED -> lookAtCompletion(sent);
        case GIVEN_BACK ->
            sent.readIfOpened(objects, ManifestReader::manifest)
                .map(manifest -> ExtentLook.Found.withoutSnapshot(sent, manifest, noRoom));
      };
    } catch (IOException e) {
      throw new TransientException("reading " + sent.manifestKey() + ": " + e.getMessage(), e);
    }
  }

  private Optional<ExtentLook.Found> lookAtExtents(Run run, SentDisk sent) throws IOException {
    RunDisk disk = sent.disk();
    BitSet settled = state.settledGroups().find(disk, sent.manifestKey());
    Instant lateBefore = clock.instant().minus(EVENT_IS_LATE);
    Optional<ExtentLook.Found> found =
        ExtentLook.at(
            new ExtentLook.Wish(sent, EarlierStaging.of(run, disk), settled, lateBefore),
            state.receipts(),
            objects);
    found
        .map(ExtentLook.Found::settled)
        .filter(now -> !now.equals(settled))
        .ifPresent(
            now -> state.settledGroups().put(disk, sent.manifestKey(), now, clock.instant()));
    return found;
  }

  /** An attempt that came after the disk began to complete says the same of it, or lies. */
  private Optional<ExtentLook.Found> lookAtCompletion(SentDisk sent) throws IOException {
    Optional<Manifest> manifest = sent.readIfOpened(objects, ManifestReader::manifest);
    RunDisk.Completion completion = sent.disk().completion();
    manifest
        .filter(now -> completion != null && !now.diskDigest().equals(completion.diskDigest()))
        .ifPresent(
            now -> {
              throw new ManifestDisagreesException(
                  sent.disk().runId(),
                  sent.manifestKey()
                      + " gives "
                      + sent.disk().named()
                      + " another digest than its snapshot was completed with");
            });
    return manifest.map(now -> ExtentLook.Found.completing(sent, now));
  }

  private void progress(Input input, List<ExtentLook.Found> found) {
    long applied = found.stream().mapToLong(ExtentLook.Found::applied).sum();
    long sent = sum(found, Manifest::extentsSent);
    Run.Progress shown =
        new Run.Progress(
            Run.Stage.CONVERTING,
            inSnapshots(applied, sent),
            sum(found, Manifest::bytesRead),
            sum(found, Manifest::bytesChanged),
            sum(found, Manifest::bytesSent));
    state.runs().applying(input.run(), shown);
  }

  /** For people, who know of no extents. */
  private static String inSnapshots(long applied, long sent) {
    return sent == 0
        ? "100%, no block differs from the copy before"
        : "%d%%, %,d of %,d uploaded parts are in the snapshots"
            .formatted(applied * PERCENT / sent, applied, sent);
  }

  private static long sum(List<ExtentLook.Found> found, ToLongFunction<Manifest> count) {
    return found.stream().map(ExtentLook.Found::manifest).mapToLong(count).sum();
  }

  /**
   * @param begun disks of which everything that is staged is to be put into a new snapshot
   */
  private Output judge(Input input, List<ExtentLook.Found> found, Set<DiskId> begun, long done) {
    int waiting = found.stream().mapToInt(ExtentLook.Found::waiting).sum();
    int missing = found.stream().mapToInt(ExtentLook.Found::missing).sum();
    log.event(
        "run-looked-at", Map.of("runId", input.runId(), "waiting", waiting, "missing", missing));
    if (waiting > 0) {
      if (input.waits() >= LookBackoff.LAST_LOOK) {
        throw notApplied(found, waiting, input.waits());
      }
      EnvironmentName environment = found.getFirst().sent().environment();
      events.begin(
          environment,
          found.stream().filter(look -> begun.contains(look.sent().disk().diskId())).toList());
      if (!input.woken() && begun.isEmpty()) {
        events.repeat(environment, new LookBackoff(input.waits()), found);
      }
      return output(Status.WAITING, input, done + waiting, ready(found), null);
    }
    if (missing == 0) {
      return output(Status.APPLIED, input, done, List.of(), null);
    }
    if (input.pass() >= ReplicateRunLimits.MAX_PASSES) {
      found.forEach(this::giveUp);
    }
    return output(Status.MISSING, input, done, List.of(), missing);
  }

  /** A disk that is applied need not wait for others: EBS cancels what is pending for 72 h. */
  private static List<DiskId> ready(List<ExtentLook.Found> found) {
    return found.stream()
        .filter(ExtentLook.Found::isApplied)
        .map(look -> look.sent().disk())
        .filter(disk -> disk.state() == RunDisk.State.APPLYING)
        .map(RunDisk::diskId)
        .toList();
  }

  private static ExtentsNotAppliedException notApplied(
      List<ExtentLook.Found> found, int waiting, int waits) {
    for (ExtentLook.Found look : found) {
      ExtentLook.Unapplied first = look.firstWaiting();
      if (first != null) {
        return new ExtentsNotAppliedException(
            look.sent().disk(), first.extent(), waiting, waits, first.lastError());
      }
    }
    throw new IllegalStateException("none of " + waiting + " extents that wait is the first");
  }

  private void giveUp(ExtentLook.Found look) {
    ExtentLook.Unapplied first = look.firstMissing();
    if (first != null) {
      throw new ExtentsMissingException(
          look.sent().disk(),
          first.extent(),
          look.missing(),
          ReplicateRunLimits.MAX_PASSES,
          first.lastError());
    }
  }

  private static Output output(
      Status status, Input input, long expected, List<DiskId> ready, @Nullable Integer missing) {
    return new Output(
        status,
        expected,
        new LookBackoff(input.waits()).waitSeconds(),
        input.result().manifests().stream().map(TaskResult.ManifestKey::disk).toList(),
        ready,
        missing);
  }
}
