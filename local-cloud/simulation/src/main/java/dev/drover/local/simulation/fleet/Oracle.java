package dev.drover.local.simulation.fleet;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.aws.Bucket;
import dev.drover.local.simulation.ebs.EbsAccount;
import dev.drover.local.simulation.ebs.SnapshotContent;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.site.Hypervisor;
import dev.drover.local.simulation.site.SimulatedDisk;
import dev.drover.local.simulation.site.SimulatedServer;
import dev.drover.protocol.Digest;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Knows what everybody else can only say, and holds the promises of the design against it. It looks
 * past every API, at one instant, and changes nothing.
 */
final class Oracle {
  /** What a run leaves may be tidied up by somebody who comes each hour. */
  private static final Duration TIDY_WITHIN = Duration.ofHours(3);

  /** The fleet's disks are read within minutes: whoever takes so long waits for nothing. */
  private static final Duration STANDS_STILL = Duration.ofHours(24);

  /** Three times the event of a segment is lost and found; what is more is a storm. */
  private static final int EVENTS_A_SEGMENT = 3;

  /**
   * After 2, 4, 8, … seconds, that is 6 times in two minutes; and a message that comes twice, or
   * whose function dies after it has postponed it, goes on as two.
   */
  private static final int SOON_POSTPONED = 7 * 6;

  /** So few that they tell nothing. */
  private static final int FEW = 100;

  /** What a run that goes on with what it has cannot mend. */
  private static final Set<String> NOT_BY_GOING_ON =
      Set.of(
          "DigestsDisagreeException",
          "ReceiptDisagreesException",
          "ManifestDisagreesException",
          "DigestListTamperedException",
          "CompletionRefusedException",
          "BaseGoneException",
          "GenerationRefused",
          "TooManyDisksException",
          "ImageNotAvailableException",
          "ImageNameTakenException");

  /** {@code staging/<environment>/<job>/<run>/…}. */
  private static final int RUN_IN_STAGING_KEY = 3;

  /** {@code digests/<environment>/<job>/<disk>/<snapshot>}. */
  private static final int JOB_IN_DIGEST_LIST_KEY = 2;

  private final Simulation simulation;
  private final Account account;
  private final State state;
  private final Map<String, Hypervisor> sitesByVm = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private final Set<RunReference> verified = new HashSet<>();
  private final Map<String, Instant> ended = new HashMap<>();
  private final Map<String, Instant> endedJobs = new HashMap<>();
  private final Leftovers leftovers;
  private final SiteLeftovers siteLeftovers;
  private long imagesVerified;

  Oracle(Simulation simulation, Account account, List<Hypervisor> sites) {
    this.simulation = simulation;
    this.account = account;
    this.state = account.stateForOracle();
    this.leftovers =
        new Leftovers(
            simulation, account, run -> ended.getOrDefault(run, Instant.MAX), this::violatedOnce);
    this.siteLeftovers = new SiteLeftovers(simulation, sites, this::endOf, this::violatedOnce);
    for (Hypervisor site : sites) {
      site.servers().forEach(server -> sitesByVm.put(server.vmId(), site));
    }
  }

  /** What was found, oldest first. */
  List<Violation> violations() {
    return violations;
  }

  /** How many images were compared with their sources. */
  long imagesVerified() {
    return imagesVerified;
  }

  /** A run's execution has ended. */
  void executionEnded(Run run) {
    ended.put(run.id().value(), simulation.instant());
    if (run.state() == Run.State.COMPLETED) {
      verify(run);
    } else if (run.state() == Run.State.FAILED) {
      failed(run);
    }
  }

  /**
   * Promise 10. What is durable stays while the run may be resumed; and it may, with few reasons.
   */
  private void failed(Run run) {
    List<RunDisk> disks = state.disks().list(run.id());
    boolean uploads =
        !disks.isEmpty()
            && disks.stream().anyMatch(disk -> disk.state() != RunDisk.State.COMPLETED);
    boolean isGone = uploads && durable(run, disks) == 0 && run.course().durableExtents() > 0;
    Job job = state.jobs().find(run.jobId()).orElseThrow();
    String code = Violation.shortened(String.valueOf(run.outcome().failureCode()));
    boolean mayGoOn = job.state().mayRunOnDemand() && !NOT_BY_GOING_ON.contains(code);
    if (run.isResumable() ? isGone : mayGoOn) {
      violatedOnce(
          10,
          "durable-discarded",
          run.id() + " failed with " + code + ", its upload is thrown away");
    }
  }

  private long durable(Run run, List<RunDisk> disks) {
    return account.bucket().under(staging(run)).size()
        + disks.stream()
            .flatMap(state.receipts()::list)
            .filter(receipt -> receipt.outcome() instanceof Receipt.Applied)
            .count();
  }

  private String staging(Run run) {
    EnvironmentName environment = state.jobs().find(run.jobId()).orElseThrow().environment();
    return ObjectKeys.stagingOfRun(environment, run.jobId(), run.id());
  }

  /** Promises 1 and 2. */
  private void verify(Run run) {
    if (!verified.add(run.reference())) {
      return;
    }
    SimulatedServer server = server(run);
    List<RunDisk> disks = state.disks().list(run.id());
    Set<Generation> generations =
        disks.stream().map(RunDisk::generation).collect(Collectors.toSet());
    if (disks.size() != server.disks().size() || generations.size() != 1) {
      violated(
          2,
          "image-incomplete",
          run.id()
              + " made an image of "
              + disks.size()
              + " disks of "
              + generations.size()
              + " generations, the server has "
              + server.disks().size());
      return;
    }
    for (RunDisk disk : disks) {
      verify(run, server, disk);
    }
    imagesVerified++;
  }

  private void verify(Run run, SimulatedServer server, RunDisk disk) {
    SimulatedDisk source =
        server.disks().stream()
            .filter(candidate -> candidate.id().equals(disk.diskId()))
            .findFirst()
            .orElseThrow();
    Optional<int[]> versions =
        site(server.vmId()).content(server.vmId(), disk.diskId(), disk.generation());
    Optional<SnapshotContent> content = account.snapshotContent(disk.snapshotId());
    if (versions.isEmpty() || content.isEmpty()) {
      violated(
          1,
          "content-unknown",
          run.id()
              + " is completed, but "
              + (versions.isEmpty() ? "nobody knows its generation" : "its snapshot is gone"));
      return;
    }
    for (int block = 0; block < versions.get().length; block++) {
      Digest wanted = source.digest(block, versions.get()[block]);
      Digest found = content.get().digest(block);
      if (!wanted.equals(found)) {
        violated(
            1,
            "content-differs",
            "%s, %s: block %d is not as it was at the capture"
                .formatted(run.id(), disk.named(), block));
        return;
      }
    }
  }

  /** Everything that can be looked at now and then. */
  void look() {
    Reasons reasons = reasons();
    reservations(reasons);
    staging(reasons);
    snapshots(reasons);
    digestLists(reasons);
    leftovers.look();
    siteLeftovers.look(reasons.readRuns);
    quotas();
  }

  /**
   * What there is a reason for.
   *
   * @param readRuns what a connector reads for, or will as soon as the job goes on by itself
   */
  private record Reasons(
      Set<String> livingRuns,
      Set<String> readRuns,
      Set<SnapshotId> snapshots,
      Set<String> digestLists) {}

  private Reasons reasons() {
    Reasons reasons =
        new Reasons(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
    for (Job job : state.jobs().list().toList()) {
      if (job.state() == Job.State.DELETED || job.state() == Job.State.COMPLETED) {
        endedJobs.putIfAbsent(job.id().value(), simulation.instant());
      }
      for (BaseSnapshot base : state.bases().list(job.id())) {
        reasons.snapshots.add(base.snapshotId());
        reasons.digestLists.add(base.digestListKey());
      }
      state
          .runs()
          .list(job.id())
          .filter(run -> !run.state().isEnded() || isKept(run))
          .forEach(
              run -> {
                reasons.livingRuns.add(run.id().value());
                if (!run.state().isEnded() || job.state().isGoing()) {
                  reasons.readRuns.add(run.id().value());
                }
                state.disks().list(run.id()).forEach(disk -> give(reasons, disk));
                if (!run.state().isEnded()) {
                  standsStill(job, run);
                }
              });
    }
    return reasons;
  }

  /** Promise 10: so long a failed run keeps what is durable; and promise 6: no longer. */
  private boolean isKept(Run run) {
    Instant discarded = run.course().discardedAt();
    if (discarded != null) {
      ended.merge(run.id().value(), discarded, (one, other) -> one.isAfter(other) ? one : other);
    }
    Instant until = run.course().resumableUntil();
    if (until != null && isLongAgo(until)) {
      violatedOnce(6, "run-kept-too-long", run.id() + " was to be given up at " + until);
    }
    return run.isResumable();
  }

  private static void give(Reasons reasons, RunDisk disk) {
    reasons.snapshots.add(disk.snapshotId());
    RunDisk.Base base = disk.base();
    if (base != null) {
      reasons.snapshots.add(base.snapshotId());
      reasons.digestLists.add(base.digestListKey());
    }
    RunDisk.Completion completion = disk.completion();
    if (completion != null) {
      reasons.digestLists.add(completion.digestListKey());
    }
  }

  /** Promise 10. */
  private void standsStill(Job job, Run run) {
    Instant begun = run.startedAt();
    if (begun == null || waitsForItsTurn(run)) {
      return;
    }
    boolean runs = account.isRunning(run.execution().name());
    Instant resumed = run.course().resumedAt();
    if (!runs
        && isLongAgo(resumed == null ? begun : resumed)
        && isLongAgo(endOf(run.id().value()))) {
      violatedOnce(
          10,
          "run-stands-still",
          run.id() + " of " + job.id() + " is " + run.state() + ", and nothing runs it");
    }
    if (runs
        && (resumed == null ? begun : resumed).plus(STANDS_STILL).isBefore(simulation.instant())) {
      violatedOnce(
          10,
          "run-goes-on",
          run.id() + " of " + job.id() + " has gone on for " + STANDS_STILL.toHours() + " h");
    }
  }

  private boolean waitsForItsTurn(Run run) {
    return state.admissions().find(run.id()).filter(Admission::waits).isPresent();
  }

  /** Promise 11: what is reserved is given back always. */
  private void reservations(Reasons reasons) {
    for (Admission admission : state.admissions().list().toList()) {
      String run = admission.run().runId().value();
      if (!reasons.livingRuns.contains(run) && isLongAgo(endOf(run))) {
        violatedOnce(11, "reservation-left", "what was reserved for " + run + " is so still");
      }
    }
  }

  /** Promises 4 and 5. */
  private void staging(Reasons reasons) {
    for (Map.Entry<String, Bucket.Stored> entry : account.bucket().under("staging/").entrySet()) {
      String run = runOf(entry.getKey());
      if (!reasons.livingRuns.contains(run)
          && isLongAgo(endOf(run))
          && isLongAgo(entry.getValue().lastModified())) {
        violatedOnce(5, "staging-left", "staged objects of " + run + " are left");
      }
    }
  }

  /** Promise 6, as far as it is EBS's. */
  private void snapshots(Reasons reasons) {
    for (EbsAccount.Standing snapshot : account.ebs().standing()) {
      String run = String.valueOf(snapshot.tags().get("drover:run"));
      boolean hasReason =
          snapshot.inUse()
              || reasons.snapshots.contains(snapshot.id())
              || !isLongAgo(snapshot.startTime())
              || !isLongAgo(endOf(run));
      if (!hasReason) {
        violatedOnce(
            6,
            snapshot.pending() ? "pending-snapshot-left" : "snapshot-left",
            (snapshot.pending() ? "pending" : "completed")
                + " snapshot "
                + snapshot.id()
                + (reasons.livingRuns.contains(run) ? " is none of those of " : " is left by ")
                + run);
      }
    }
  }

  /**
   * Promise 6: a digest list serves a base or a run, or certifies a snapshot that exists; and a job
   * that has ended has none.
   */
  private void digestLists(Reasons reasons) {
    Set<String> existing = new HashSet<>();
    account.ebs().snapshots().forEach(id -> existing.add(id.value()));
    account
        .bucket()
        .under("digests/")
        .forEach(
            (key, object) -> {
              Instant end = endedJobs.get(key.split("/", -1)[JOB_IN_DIGEST_LIST_KEY]);
              if (end != null && isLongAgo(end)) {
                violatedOnce(6, "digest-list-of-ended-job", key + " is of a job that has ended");
              }
              boolean certifies = existing.contains(key.substring(key.lastIndexOf('/') + 1));
              if (!certifies
                  && !reasons.digestLists.contains(key)
                  && isLongAgo(object.lastModified())) {
                violatedOnce(6, "digest-list-left", "the digest list " + key + " is left");
              }
            });
  }

  private boolean isLongAgo(Instant time) {
    return time.plus(TIDY_WITHIN).isBefore(simulation.instant());
  }

  private static String runOf(String stagingKey) {
    return stagingKey.split("/", -1)[RUN_IN_STAGING_KEY];
  }

  /** Promise 11. */
  private void quotas() {
    if (account.quotaRefusals() > 0) {
      violatedOnce(11, "quota-refused", "EBS refused for want of quota");
    }
  }

  /** When the run's execution ended; long ago when it never began. */
  private Instant endOf(String runId) {
    return ended.getOrDefault(runId, Instant.EPOCH);
  }

  /** Promise 11: what only waits its turn is not asked for again and again. */
  private void repeatedEvents() {
    long puts = account.bucket().segmentPuts();
    long events = account.segmentEvents() - account.segmentEventsPostponed();
    if (events > EVENTS_A_SEGMENT * puts + FEW) {
      violated(11, "events-repeated", events + " events were sent for " + puts + " segments");
    }
    int postponed = account.mostPostponements();
    if (postponed > SOON_POSTPONED) {
      violated(
          11, "events-repeated", "an event was postponed " + postponed + " times in two minutes");
    }
  }

  /** After everything had time to end. */
  void lookAtTheEnd() {
    look();
    repeatedEvents();
    Throwable failure = simulation.trace().firstFailure();
    if (failure != null) {
      violated(0, "thread-died", "a thread died: " + failure);
    }
  }

  private SimulatedServer server(Run run) {
    Job job = state.jobs().find(run.jobId()).orElseThrow();
    String vmId = state.servers().find(job.serverId()).orElseThrow().machine().vmId();
    return site(vmId).server(vmId).orElseThrow();
  }

  private Hypervisor site(String vmId) {
    Hypervisor site = sitesByVm.get(vmId);
    if (site == null) {
      throw new IllegalStateException("no site has " + vmId);
    }
    return site;
  }

  /** The same from whoever else holds promises against what is. */
  void violatedOnce(int promise, String kind, String sentence) {
    if (told.add(sentence)) {
      violated(promise, kind, sentence);
    }
  }

  private void violated(int promise, String kind, String sentence) {
    violations.add(new Violation(promise, kind, simulation.instant(), sentence));
    simulation.trace().line("oracle", "promise " + promise + ", " + kind + ": " + sentence);
  }
}
