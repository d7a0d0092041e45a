package dev.drover.functions.snapshot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the plan of the next attempt at a run and the message that hands it to a connector. */
final class Prepare {
  /** The error of a connector that fell silent. */
  private static final String SILENT = "States.HeartbeatTimeout";

  /** The errors of a connector that did not get to the end of its task, nor said why. */
  private static final Set<String> FAILED_ITSELF = Set.of(SILENT, "States.Timeout");

  private static final String TASK_TOKEN = "taskToken";

  private final State state;
  private final BaseChoice bases;
  private final ObjectStore objects;
  private final ConnectorQueues queues;
  private final Duration patience;
  private final InstantSource clock;
  private final EventLog log;

  Prepare(
      State state,
      BaseChoice bases,
      ObjectStore objects,
      ConnectorQueues queues,
      Duration patience,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.bases = bases;
    this.objects = objects;
    this.queues = queues;
    this.patience = patience;
    this.clock = clock;
    this.log = log;
  }

  /**
   * What the state machine gives.
   *
   * @param execution that the state machine is
   * @param pass how often what is missing was asked for, from 1
   * @param afterError how the last attempt ended; null when it did not fail
   */
  record Input(
      JobId jobId, RunId runId, int execution, int pass, @Nullable AttemptError afterError) {
    RunExecution self() {
      return new RunExecution(jobId, runId, execution);
    }
  }

  /** Step Functions' words about the last attempt. */
  record AttemptError(@Nullable String error, @Nullable String cause) {}

  /**
   * What the state machine sends.
   *
   * @param progressed whether more is durable than at the hand-over before
   * @param message a {@link ConnectorTask.Replicate} without its token
   */
  record Output(int attempt, boolean progressed, String queueUrl, ObjectNode message) {}

  Output prepare(Input input) {
    ActiveRun active = ActiveRun.find(state, input.self().run());
    Run run = active.run();
    if (!run.execution().equals(input.self())) {
      throw new RunNotActiveException(run.id(), run.execution().name());
    }
    Job job = active.job();
    Server server =
        state
            .servers()
            .find(job.serverId())
            .orElseThrow(
                () -> new NoConnectorException(job.environment(), job.serverId(), List.of()));
    Connector connector = connector(run, server, input.afterError());
    List<RunDisk> opened =
        new OpenedDisks(state, objects).of(job.environment(), run, server.connectorIds());
    ZeroPolicy zeros = bases.zeros(run, opened);
    Map<DiskId, BaseChoice.Chosen> chosen = chooseBases(run, zeros, server, opened);
    opened = ofSameBase(opened, chosen);
    Map<DiskId, DurableExtents> durable = durable(job.environment(), run, opened);
    Stall stall = Stall.at(run, extentCount(durable), clock.instant());
    requirePatience(run, stall, input.afterError());
    Run counted = run.counted(stall.durableExtents(), stall.since());
    Run handedOver = handOver(counted, connector, input.pass());
    state.admissions().move(run.id(), Admission.Phase.APPLYING, Admission.Phase.UPLOADING);
    ReplicationPlan plan = plan(handedOver, job, server, zeros, opened, chosen, durable);
    return handOver(handedOver, job, plan, connector, stall.progressed());
  }

  /** What was staged against a base that is gone is worth nothing against another. */
  private static List<RunDisk> ofSameBase(
      List<RunDisk> opened, Map<DiskId, BaseChoice.Chosen> chosen) {
    return opened.stream()
        .filter(
            disk -> {
              BaseChoice.Chosen now = chosen.get(disk.diskId());
              ReplicationPlan.Base base = now == null ? null : now.base();
              return Objects.equals(disk.baseSnapshot(), base == null ? null : base.snapshotId());
            })
        .toList();
  }

  private Map<DiskId, DurableExtents> durable(
      EnvironmentName environment, Run run, List<RunDisk> opened) {
    Map<DiskId, DurableExtents> durable = new HashMap<>();
    for (RunDisk disk : opened) {
      String staging = ObjectKeys.stagingOfDisk(disk.delta(environment, run.jobId()));
      durable.put(disk.diskId(), DurableExtents.find(disk, staging, state.receipts(), objects));
    }
    return durable;
  }

  private static int extentCount(Map<DiskId, DurableExtents> durable) {
    return durable.values().stream().mapToInt(DurableExtents::count).sum();
  }

  private void requirePatience(Run run, Stall stall, @Nullable AttemptError afterError) {
    Instant since = stall.since();
    if (since != null && since.plus(patience).isBefore(clock.instant())) {
      throw new NoProgressException(
          run.id(),
          since,
          stall.durableExtents(),
          text(run.handOver().connectorId(), afterError),
          troubles(run.handOver().connectorId()));
    }
  }

  private Connector connector(Run run, Server server, @Nullable AttemptError afterError) {
    boolean fellSilent =
        afterError != null && FAILED_ITSELF.contains(String.valueOf(afterError.error()));
    ConnectorId current = fellSilent ? null : run.handOver().connectorId();
    List<Connector> all = state.connectors().list().toList();
    return new ConnectorChoice(
            run.id(), server.environment(), current, indexed(run.jobId()), server.connectorIds())
        .among(all, clock.instant())
        .orElseThrow(() -> noConnector(server, all));
  }

  /** Whoever made the first disk's base made that of all. */
  private @Nullable ConnectorId indexed(JobId jobId) {
    return state.bases().list(jobId).stream()
        .findFirst()
        .flatMap(base -> state.runs().find(new RunReference(jobId, base.runId())))
        .map(run -> run.handOver().connectorId())
        .orElse(null);
  }

  private NoConnectorException noConnector(Server server, List<Connector> all) {
    List<Connector> serving =
        all.stream()
            .filter(connector -> connector.environment().equals(server.environment()))
            .toList();
    return new NoConnectorException(
        server.environment(), server.id(), Connector.troublesOf(serving, clock.instant()));
  }

  private List<String> troubles(@Nullable ConnectorId connectorId) {
    return Optional.ofNullable(connectorId)
        .flatMap(id -> state.connectors().find(id))
        .map(connector -> connector.troubles(clock.instant()))
        .orElse(List.of());
  }

  private Map<DiskId, BaseChoice.Chosen> chooseBases(
      Run run, ZeroPolicy zeros, Server server, List<RunDisk> opened) {
    Map<DiskId, Long> sizes =
        server.machine().disks().stream()
            .collect(
                Collectors.toMap(Report.InventoryDisk::diskId, Report.InventoryDisk::sizeBytes));
    return bases.choose(run, zeros, state.bases().list(run.jobId()), opened, sizes);
  }

  private Run handOver(Run run, Connector connector, int pass) {
    List<String> troubles = connector.troubles(clock.instant());
    return state
        .runs()
        .handOver(run, connector.id(), pass, troubles.isEmpty() ? null : String.join(" ", troubles))
        .orElseThrow(() -> new TransientException("run " + run.id() + " changed meanwhile"));
  }

  private ReplicationPlan plan(
      Run run,
      Job job,
      Server server,
      ZeroPolicy zeros,
      List<RunDisk> opened,
      Map<DiskId, BaseChoice.Chosen> chosen,
      Map<DiskId, DurableExtents> durable) {
    List<ReplicationPlan.Disk> planned = new ArrayList<>();
    chosen.forEach(
        (diskId, base) -> {
          Optional<RunDisk> disk =
              opened.stream().filter(candidate -> candidate.diskId().equals(diskId)).findFirst();
          planned.add(
              disk.map(known -> plannedAgain(run, job, known, base, durable))
                  .orElseGet(() -> planned(diskId, base)));
        });
    return new ReplicationPlan(
        MessageJson.VERSION,
        job.environment(),
        run.jobId(),
        run.id(),
        run.handOver().attempt(),
        run.handOver().pass(),
        server.id(),
        server.machine().vmId(),
        false,
        null,
        zeros,
        planned);
  }

  private static ReplicationPlan.Disk planned(DiskId diskId, BaseChoice.Chosen base) {
    return new ReplicationPlan.Disk(
        diskId,
        base.base(),
        base.reason(),
        base.rebuildIndex(),
        ReadMode.FULL,
        null,
        null,
        List.of());
  }

  private ReplicationPlan.Disk plannedAgain(
      Run run, Job job, RunDisk disk, BaseChoice.Chosen base, Map<DiskId, DurableExtents> durable) {
    DurableExtents extents = requireNonNull(durable.get(disk.diskId()));
    String key = ObjectKeys.durableExtents(job.environment(), run.attempt(), disk.diskId());
    objects.put(key, extents.durable().encode());
    WrittenInRun.Wish wish =
        new WrittenInRun.Wish(
            disk,
            disk.delta(job.environment(), run.jobId()),
            EarlierStaging.of(run, disk),
            ObjectKeys.writtenExtents(job.environment(), run.attempt(), disk.diskId()));
    WrittenInRun written = WrittenInRun.put(wish, state.receipts(), objects);
    return new ReplicationPlan.Disk(
        disk.diskId(),
        base.base(),
        base.reason(),
        base.rebuildIndex(),
        ReadMode.FULL,
        disk.generation(),
        key,
        extents.sendAgain(),
        written.keys(),
        written.groups());
  }

  private Output handOver(
      Run run, Job job, ReplicationPlan plan, Connector connector, boolean progressed) {
    String planKey = ObjectKeys.plan(plan.environment(), plan.run());
    byte[] written = MessageJson.write(plan);
    objects.put(planKey, written);
    state.runs().reach(new RunReference(plan.jobId(), plan.runId()), Run.Stage.UPLOADING);
    log.event(
        "run-handed-over",
        Map.of(
            "jobId", plan.jobId(),
            "runId", plan.runId(),
            "attempt", plan.attempt(),
            "pass", plan.pass(),
            "connectorId", connector.id(),
            "healthy", connector.isHealthy(clock.instant()),
            "durableExtents", run.course().durableExtents(),
            "waitsFor", Objects.requireNonNullElse(run.handOver().waitsFor(), "")));
    String queueUrl =
        queues
            .url(connector.id())
            .orElseThrow(
                () ->
                    new NoConnectorException(
                        plan.environment(),
                        plan.serverId(),
                        List.of("Connector " + connector.id() + " has no queue: deploy it.")));
    return new Output(
        plan.attempt(),
        progressed,
        queueUrl,
        message(
            plan,
            planKey,
            Digest.of(written),
            deadline(connector),
            // Those of an application are taken together, whoever of them waits for a slot.
            AppRound.of(job).isPresent()));
  }

  /**
   * When the connector need not begin any more: it compares that with its own clock, and one that
   * is ahead would refuse every task as too old. Too late a deadline does no harm, the state
   * machine has its own.
   */
  private Instant deadline(Connector connector) {
    return clock.instant().plus(ReplicateRunLimits.TASK_LIFE).plus(connector.clockAhead());
  }

  private static ObjectNode message(
      ReplicationPlan plan,
      String planKey,
      Digest planDigest,
      Instant deadline,
      boolean captureEarly) {
    ConnectorTask task =
        new ConnectorTask.Replicate(
            MessageJson.VERSION,
            plan.runId() + "-" + plan.attempt(),
            "the state machine puts it here",
            plan.environment(),
            plan.jobId(),
            plan.runId(),
            plan.attempt(),
            plan.pass(),
            plan.serverId(),
            plan.vmId(),
            deadline,
            planKey,
            planDigest,
            captureEarly ? true : null);
    ObjectNode message =
        MessageJson.read("the task", MessageJson.writeText(task), ObjectNode.class);
    message.remove(TASK_TOKEN);
    return message;
  }

  private static String text(@Nullable ConnectorId connectorId, @Nullable AttemptError error) {
    if (error == null) {
      return "what it sent did not all arrive";
    }
    return SILENT.equals(error.error())
        ? "connector "
            + connectorId
            + " gave no sign of life for "
            + ReplicateRunLimits.MAX_SILENCE.toSeconds()
            + " s"
        : error.error() + ", " + error.cause();
  }
}
