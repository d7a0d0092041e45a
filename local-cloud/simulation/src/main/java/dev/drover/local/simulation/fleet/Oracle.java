package dev.drover.local.simulation.fleet;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.ebs.SnapshotContent;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.site.Hypervisor;
import dev.drover.local.simulation.site.SimulatedDisk;
import dev.drover.local.simulation.site.SimulatedServer;
import dev.drover.protocol.Digest;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
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

  /** A run that does nothing for so long waits for nobody who would come. */
  private static final Duration STANDS_STILL = Duration.ofHours(72);

  private final Simulation simulation;
  private final Account account;
  private final State state;
  private final Map<String, Hypervisor> sitesByVm = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private final Set<RunReference> verified = new HashSet<>();
  private final Map<RunReference, Instant> ended = new HashMap<>();
  private long imagesVerified;

  Oracle(Simulation simulation, Account account, List<Hypervisor> sites) {
    this.simulation = simulation;
    this.account = account;
    this.state = account.stateForOracle();
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
  void executionEnded(RunReference reference) {
    ended.put(reference, simulation.instant());
    state
        .runs()
        .find(reference)
        .filter(run -> run.state() == Run.State.COMPLETED)
        .ifPresent(this::verify);
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
        site(server).content(server.vmId(), disk.diskId(), disk.generation());
    Optional<SnapshotContent> content = account.snapshotContent(disk.snapshotId());
    if (versions.isEmpty() || content.isEmpty()) {
      violated(
          1,
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
            "%s, %s: block %d is not as it was at the capture"
                .formatted(run.id(), disk.named(), block));
        return;
      }
    }
  }

  /** Everything that can be looked at now and then. */
  void look() {
    Map<String, Run> living = new HashMap<>();
    for (Job job : state.jobs().list().toList()) {
      state
          .runs()
          .list(job.id())
          .forEach(
              run -> {
                if (!run.state().isEnded()) {
                  living.put(run.id().value(), run);
                  standsStill(job, run);
                }
              });
    }
    staging(living);
    pending(living);
    quotas();
  }

  /** Promise 10. */
  private void standsStill(Job job, Run run) {
    Instant begun = run.startedAt();
    if (begun != null
        && begun.plus(STANDS_STILL).isBefore(simulation.instant())
        && !account.isRunning(run.id().value())) {
      violatedOnce(
          10, "run " + run.id() + " of " + job.id() + " is " + run.state() + " and nobody runs it");
    }
  }

  /** Promise 5. */
  private void staging(Map<String, Run> living) {
    for (String key : account.bucket().under("staging/").keySet()) {
      String run = key.split("/", -1)[3];
      Instant over = ended(run);
      if (!living.containsKey(run) && over.plus(TIDY_WITHIN).isBefore(simulation.instant())) {
        violatedOnce(5, "staged objects of " + run + " are left, which has ended at " + over);
      }
    }
  }

  /** Promise 6, as far as it is EBS's. */
  private void pending(Map<String, Run> living) {
    account
        .pendingSnapshotsByRun()
        .forEach(
            (run, count) -> {
              Instant over = ended(run);
              if (!living.containsKey(run)
                  && over.plus(TIDY_WITHIN).isBefore(simulation.instant())) {
                violatedOnce(
                    6, count + " pending snapshots of " + run + " are left, ended at " + over);
              }
            });
  }

  /** Promise 11. */
  private void quotas() {
    if (account.quotaRefusals() > 0) {
      violatedOnce(11, "EBS refused for want of quota");
    }
  }

  private Instant ended(String runId) {
    return ended.entrySet().stream()
        .filter(entry -> entry.getKey().runId().value().equals(runId))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(Instant.EPOCH);
  }

  /** After everything had time to end. */
  void lookAtTheEnd() {
    look();
    Throwable failure = simulation.trace().firstFailure();
    if (failure != null) {
      violated(0, "a thread died: " + failure);
    }
  }

  private SimulatedServer server(Run run) {
    Job job = state.jobs().find(run.jobId()).orElseThrow();
    String vmId = state.servers().find(job.serverId()).orElseThrow().machine().vmId();
    Hypervisor site = sitesByVm.get(vmId);
    if (site == null) {
      throw new IllegalStateException("no site has " + vmId);
    }
    return site.server(vmId).orElseThrow();
  }

  private Hypervisor site(SimulatedServer server) {
    Hypervisor site = sitesByVm.get(server.vmId());
    if (site == null) {
      throw new IllegalStateException("no site has " + server.vmId());
    }
    return site;
  }

  /** How a job's newest runs are, for the report. */
  List<Run> runs(JobId jobId) {
    return state.runs().list(jobId).toList();
  }

  private void violatedOnce(int promise, String sentence) {
    if (told.add(sentence)) {
      violated(promise, sentence);
    }
  }

  private void violated(int promise, String sentence) {
    violations.add(new Violation(promise, simulation.instant(), sentence));
    simulation.trace().line("oracle", "promise " + promise + ": " + sentence);
  }
}
