package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.SegmentQueues;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks whether all that a connector sent is in EBS, and heals events that were lost. */
final class AwaitApplied {
  /** S3 tells most events within seconds; an older one that left no trace may be lost. */
  private static final Duration EVENT_IS_LATE = Duration.ofSeconds(60);

  /** Of one look; each is a call, and the next look sends more. */
  private static final int MAX_REPEATED_EVENTS = 1000;

  /**
   * So long the report that a generation was opened may take; then it is asked for again. Longer
   * than two tries, as the report queue hides a message for 360 s after a try that failed.
   */
  private static final int ANNOUNCED_WITHIN_SECONDS = 900;

  private final State state;
  private final ObjectStore objects;
  private final Snapshots snapshots;
  private final String bucket;
  private final SegmentQueues queues;
  private final InstantSource clock;
  private final EventLog log;

  AwaitApplied(
      State state,
      ObjectStore objects,
      Snapshots snapshots,
      String bucket,
      SegmentQueues queues,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.objects = objects;
    this.snapshots = snapshots;
    this.bucket = bucket;
    this.queues = queues;
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
   */
  record Output(
      Status status,
      long expected,
      int waitSeconds,
      List<DiskId> disks,
      @Nullable Integer missing) {}

  Output look(Input input) {
    ActiveRun active = ActiveRun.find(state, input.run());
    // What a connector has sent to its end needs no slot of it any more.
    state.admissions().move(input.runId(), Admission.Phase.UPLOADING, Admission.Phase.APPLYING);
    // Read before the look: whatever the look finds waiting is counted after this.
    long done = state.segmentWaits().done(input.runId());
    List<RunDisk> opened = state.disks().list(input.runId());
    if (!announced(opened, input.result())) {
      return notAnnounced(input, active.run(), done);
    }
    List<SentDisk> sent = sentDisks(active.job().environment(), input, opened);
    List<ExtentLook.Found> found = sent.stream().map(this::lookAt).toList();
    found.forEach(look -> state.disks().putManifest(look.sent().disk(), look.sent().manifestKey()));
    progress(input, found);
    return judge(input, found, done);
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

  private static Output notAnnounced(Input input, Run run, long done) {
    String refused = run.outcome().statusMessage();
    if (run.outcome().failureCode() != null && refused != null) {
      throw new NotAnnouncedException(run.id(), input.result().generation(), refused);
    }
    if (new LookBackoff(input.waits()).waitedSeconds() < ANNOUNCED_WITHIN_SECONDS) {
      // The first segment that is applied tells that the generation was announced.
      return output(Status.WAITING, input, done + 1, null);
    }
    if (input.pass() >= ReplicateRunLimits.MAX_PASSES) {
      throw new NotAnnouncedException(
          run.id(),
          input.result().generation(),
          "the connector's report of it never arrived; see the report queue's dead-letter queue");
    }
    // The next attempt reports what it opened again: so a report that was lost is healed.
    return output(Status.MISSING, input, done, 0);
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

  private ExtentLook.Found lookAt(SentDisk disk) {
    try {
      return ExtentLook.at(disk, state.receipts(), objects);
    } catch (IOException e) {
      throw new TransientException("reading " + disk.manifestKey() + ": " + e.getMessage(), e);
    }
  }

  private void progress(Input input, List<ExtentLook.Found> found) {
    long applied = found.stream().mapToLong(ExtentLook.Found::applied).sum();
    long sent = sum(found, Manifest::extentsSent);
    Run.Progress shown =
        new Run.Progress(
            Run.Stage.CONVERTING,
            applied + " of " + sent + " extents are applied",
            sum(found, Manifest::bytesRead),
            sum(found, Manifest::bytesChanged),
            sum(found, Manifest::bytesSent));
    state.runs().applying(input.run(), shown);
  }

  private static long sum(List<ExtentLook.Found> found, ToLongFunction<Manifest> count) {
    return found.stream().map(ExtentLook.Found::manifest).mapToLong(count).sum();
  }

  private Output judge(Input input, List<ExtentLook.Found> found, long done) {
    int waiting = found.stream().mapToInt(look -> look.waiting().size()).sum();
    int missing = found.stream().mapToInt(look -> look.missing().size()).sum();
    log.event(
        "run-looked-at", Map.of("runId", input.runId(), "waiting", waiting, "missing", missing));
    if (waiting > 0) {
      List<ExtentLook.Found> late =
          found.stream().filter(look -> !look.waiting().isEmpty()).toList();
      requireSnapshots(input, late);
      if (input.waits() >= LookBackoff.LAST_LOOK) {
        throw notApplied(late.getFirst(), waiting, input.waits());
      }
      if (!input.woken() && new LookBackoff(input.waits()).repeatsEvents()) {
        found.forEach(this::repeatEvents);
      }
      return output(Status.WAITING, input, done + waiting, null);
    }
    if (missing == 0) {
      return output(Status.APPLIED, input, done, null);
    }
    if (input.pass() >= ReplicateRunLimits.MAX_PASSES) {
      found.stream().filter(look -> !look.missing().isEmpty()).findFirst().ifPresent(this::giveUp);
    }
    return output(Status.MISSING, input, done, missing);
  }

  /** What waits for a snapshot that takes no blocks any more waits in vain. */
  private void requireSnapshots(Input input, List<ExtentLook.Found> late) {
    List<RunDisk> waitingDisks = late.stream().map(look -> look.sent().disk()).toList();
    Map<SnapshotId, Snapshots.Description> shown =
        snapshots.find(waitingDisks.stream().map(RunDisk::snapshotId).toList()).stream()
            .collect(Collectors.toMap(Snapshots.Description::id, Function.identity()));
    boolean allAreVisible =
        new LookBackoff(input.waits()).waitedSeconds() >= Snapshots.APPEARS_WITHIN.toSeconds();
    for (RunDisk disk : waitingDisks) {
      Snapshots.Description snapshot = shown.get(disk.snapshotId());
      if (snapshot == null) {
        if (allAreVisible) {
          throw new SnapshotLostException(disk, "is gone while segments wait to be put into it");
        }
      } else if (snapshot.status() != Snapshots.Status.PENDING) {
        throw new SnapshotLostException(
            disk,
            "takes no more blocks while segments wait to be put into it: EC2 shows it as "
                + snapshot.status()
                + (snapshot.statusMessage().isEmpty() ? "" : ", " + snapshot.statusMessage()));
      }
    }
  }

  private static ExtentsNotAppliedException notApplied(
      ExtentLook.Found late, int waiting, int waits) {
    Map.Entry<Integer, ExtentLook.Unapplied> first = late.waiting().entrySet().iterator().next();
    return new ExtentsNotAppliedException(
        late.sent().disk(), first.getKey(), waiting, waits, first.getValue().lastError());
  }

  private void giveUp(ExtentLook.Found look) {
    int first = look.missing().keySet().iterator().next();
    throw new ExtentsMissingException(
        look.sent().disk(),
        first,
        look.missing().size(),
        ReplicateRunLimits.MAX_PASSES,
        look.lastError());
  }

  /** An event that was lost is told again as S3 told it; one that only is late does no harm. */
  private void repeatEvents(ExtentLook.Found look) {
    Instant late = clock.instant().minus(EVENT_IS_LATE);
    look.waiting().values().stream()
        .map(ExtentLook.Unapplied::staged)
        .filter(staged -> staged.lastModified().isBefore(late))
        .limit(MAX_REPEATED_EVENTS)
        .forEach(
            staged -> {
              log.event("segment-event-repeated", Map.of("key", staged.key()));
              String message = new StagedEvent(bucket, staged.key()).toMessage();
              queues.send(look.sent().environment(), message, 0, Map.of());
            });
  }

  private static Output output(
      Status status, Input input, long expected, @Nullable Integer missing) {
    return new Output(
        status,
        expected,
        new LookBackoff(input.waits()).waitSeconds(),
        input.result().manifests().stream().map(TaskResult.ManifestKey::disk).toList(),
        missing);
  }
}
