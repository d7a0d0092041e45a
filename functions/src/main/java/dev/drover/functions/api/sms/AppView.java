package dev.drover.functions.api.sms;

import dev.drover.functions.app.ReplicationProgress;
import dev.drover.functions.launch.AppStack;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.Launch;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.Server;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.AppLaunchConfigurationStatus;
import software.amazon.awssdk.services.sms.model.AppLaunchStatus;
import software.amazon.awssdk.services.sms.model.AppReplicationConfigurationStatus;
import software.amazon.awssdk.services.sms.model.AppStatus;
import software.amazon.awssdk.services.sms.model.AppSummary;
import software.amazon.awssdk.services.sms.model.LaunchDetails;
import software.amazon.awssdk.services.sms.model.ServerGroup;
import software.amazon.awssdk.services.sms.model.Tag;

/** Applications as the API shows them. */
final class AppView {
  private AppView() {}

  static AppSummary summary(App app, ReplicationProgress progress) {
    return AppSummary.builder()
        .appId(app.id().value())
        .importedAppId(app.history().importedAppId())
        .name(app.about().name())
        .description(app.about().description())
        .roleName(app.about().roleName())
        .status(status(app.launch()))
        .replicationConfigurationStatus(
            app.replication().isConfigured()
                ? AppReplicationConfigurationStatus.CONFIGURED
                : AppReplicationConfigurationStatus.NOT_CONFIGURED)
        .replicationStatus(progress.status().name())
        .replicationStatusMessage(progress.message())
        .latestReplicationTime(progress.latest())
        .launchConfigurationStatus(
            app.launch().isConfigured()
                ? AppLaunchConfigurationStatus.CONFIGURED
                : AppLaunchConfigurationStatus.NOT_CONFIGURED)
        .launchStatus(launchStatus(app.launch()))
        .launchStatusMessage(app.launch().message())
        .launchDetails(launchDetails(app))
        .creationTime(app.history().createdAt())
        .lastModified(app.history().lastModified())
        .totalServerGroups(app.groups().size())
        .totalServers((int) app.servers().count())
        .build();
  }

  private static AppStatus status(Launch launch) {
    if (!launch.thenDelete()) {
      return AppStatus.ACTIVE;
    }
    return launch.stage() == LaunchStage.TERMINATE_FAILED
        ? AppStatus.DELETE_FAILED
        : AppStatus.DELETING;
  }

  private static AppLaunchStatus launchStatus(Launch launch) {
    return switch (launch.stage()) {
      case NONE ->
          launch.isConfigured()
              ? AppLaunchStatus.READY_FOR_LAUNCH
              : AppLaunchStatus.READY_FOR_CONFIGURATION;
      case PENDING -> AppLaunchStatus.LAUNCH_PENDING;
      case LAUNCHING -> AppLaunchStatus.LAUNCH_IN_PROGRESS;
      case RELAUNCHING -> AppLaunchStatus.DELTA_LAUNCH_IN_PROGRESS;
      case LAUNCHED -> AppLaunchStatus.LAUNCHED;
      case FAILED -> AppLaunchStatus.LAUNCH_FAILED;
      case RELAUNCH_FAILED -> AppLaunchStatus.DELTA_LAUNCH_FAILED;
      case TERMINATING -> AppLaunchStatus.TERMINATE_IN_PROGRESS;
      case TERMINATE_FAILED -> AppLaunchStatus.TERMINATE_FAILED;
      case TERMINATED -> AppLaunchStatus.TERMINATED;
    };
  }

  /** Of the newest launch that was done. */
  private static @Nullable LaunchDetails launchDetails(App app) {
    Launch launch = app.launch();
    return launch.launchedAt() == null
        ? null
        : LaunchDetails.builder()
            .latestLaunchTime(launch.launchedAt())
            .stackName(AppStack.name(app.id()))
            .stackId(launch.stackId())
            .build();
  }

  /**
   * Groups with their servers.
   *
   * @param servers by id; one that is not among them is shown by its id alone
   */
  static List<ServerGroup> groups(App app, Map<ServerId, Server> servers) {
    return app.groups().stream()
        .map(
            group ->
                ServerGroup.builder()
                    .serverGroupId(group.id().value())
                    .name(group.name())
                    .serverList(group.servers().stream().map(id -> server(id, servers)).toList())
                    .build())
        .toList();
  }

  static software.amazon.awssdk.services.sms.model.Server server(
      ServerId id, Map<ServerId, Server> servers) {
    Server server = servers.get(id);
    return server == null
        ? software.amazon.awssdk.services.sms.model.Server.builder().serverId(id.value()).build()
        : ServerView.of(server);
  }

  static List<Tag> tags(App app) {
    return app.tags().stream()
        .map(tag -> Tag.builder().key(tag.key()).value(tag.value()).build())
        .toList();
  }
}
