package dev.drover.functions.api.sms;

import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Job.NextRun;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.Server;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.ConnectorStatus;
import software.amazon.awssdk.services.sms.model.ReplicationJob;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunStageDetails;
import software.amazon.awssdk.services.sms.model.ServerType;
import software.amazon.awssdk.services.sms.model.VmManagerType;
import software.amazon.awssdk.services.sms.model.VmServer;

/** The table's records as the API shows them. */
final class Views {
  /** Newest first, as SMS lists runs. */
  static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(Run::scheduledStartTime)
          .thenComparing(run -> run.id().value())
          .reversed();

  private Views() {}

  static software.amazon.awssdk.services.sms.model.Connector connector(
      Connector connector, Connector.Registration registration, Instant now) {
    return software.amazon.awssdk.services.sms.model.Connector.builder()
        .connectorId(connector.id().value())
        .version(registration.version())
        .status(connector.isHealthy(now) ? ConnectorStatus.HEALTHY : ConnectorStatus.UNHEALTHY)
        .capabilityListWithStrings(registration.capabilities())
        .vmManagerName(connector.environment().value())
        .vmManagerType(vmManagerType(registration.sourceType()))
        .vmManagerId(connector.environment().value())
        .ipAddress(registration.ipAddress())
        .macAddress(registration.macAddress())
        .associatedOn(registration.associatedOn())
        .build();
  }

  static software.amazon.awssdk.services.sms.model.Server server(Server server) {
    return software.amazon.awssdk.services.sms.model.Server.builder()
        .serverId(server.id().value())
        .serverType(ServerType.VIRTUAL_MACHINE)
        .vmServer(vmServer(server))
        .replicationJobId(
            server.replicationJobId() == null ? null : server.replicationJobId().value())
        .replicationJobTerminated(
            server.replicationJobId() == null ? null : server.replicationJobTerminated())
        .build();
  }

  private static VmServer vmServer(Server server) {
    return VmServer.builder()
        .vmServerAddress(
            address ->
                address.vmManagerId(server.environment().value()).vmId(server.machine().vmId()))
        .vmName(server.machine().name())
        .vmManagerName(server.environment().value())
        .vmManagerType(vmManagerType(server.sourceType()))
        .vmPath(server.machine().vmPath())
        .build();
  }

  /**
   * A job.
   *
   * @param server null when the catalog lost it
   * @param runs those to show with it
   */
  static ReplicationJob job(Job job, @Nullable Server server, List<Run> runs) {
    NextRun next = job.schedule().next();
    return ReplicationJob.builder()
        .replicationJobId(job.id().value())
        .serverId(job.serverId().value())
        .serverType(ServerType.VIRTUAL_MACHINE)
        .vmServer(server == null ? null : vmServer(server))
        .seedReplicationTime(job.schedule().seedTime())
        .frequency(job.schedule().frequencyHours())
        .runOnce(job.schedule().runOnce())
        .nextReplicationRunStartTime(next == null ? null : next.time())
        .licenseType(job.settings().licenseType())
        .roleName(job.settings().roleName())
        .latestAmiId(job.history().latestAmiId())
        .state(job.state().name())
        .statusMessage(job.statusMessage())
        .description(job.settings().description())
        .numberOfRecentAmisToKeep(job.settings().recentAmisToKeep())
        .encrypted(job.settings().encrypted())
        .kmsKeyId(job.settings().kmsKeyId())
        .replicationRunList(runs.stream().map(Views::run).toList())
        .build();
  }

  static ReplicationRun run(Run run) {
    return ReplicationRun.builder()
        .replicationRunId(run.id().value())
        .state(run.state().name())
        .type(run.type().name())
        .stageDetails(stageDetails(run.progress()))
        .statusMessage(run.outcome().statusMessage())
        .amiId(run.outcome().amiId())
        .scheduledStartTime(run.scheduledStartTime())
        .completedTime(run.outcome().completedTime())
        .description(run.description())
        .encrypted(run.encrypted())
        .kmsKeyId(run.kmsKeyId())
        .build();
  }

  private static @Nullable ReplicationRunStageDetails stageDetails(Run.Progress progress) {
    Run.Stage stage = progress.stage();
    return stage == null
        ? null
        : ReplicationRunStageDetails.builder()
            .stage(stage.name())
            .stageProgress(progress.stageProgress())
            .build();
  }

  /** A folder of images has no manager: its type is absent. */
  private static @Nullable VmManagerType vmManagerType(@Nullable String sourceType) {
    return switch (sourceType) {
      case "vsphere" -> VmManagerType.VSPHERE;
      case "scvmm" -> VmManagerType.SCVMM;
      case "hyperv" -> VmManagerType.HYPERV_MANAGER;
      case null, default -> null;
    };
  }
}
