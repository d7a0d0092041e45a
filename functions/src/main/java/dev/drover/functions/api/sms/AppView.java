package dev.drover.functions.api.sms;

import dev.drover.functions.app.ReplicationProgress;
import dev.drover.functions.state.App;
import dev.drover.functions.state.Server;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sms.model.AppLaunchConfigurationStatus;
import software.amazon.awssdk.services.sms.model.AppLaunchStatus;
import software.amazon.awssdk.services.sms.model.AppReplicationConfigurationStatus;
import software.amazon.awssdk.services.sms.model.AppStatus;
import software.amazon.awssdk.services.sms.model.AppSummary;
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
        .status(AppStatus.ACTIVE)
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
        .launchStatus(
            app.launch().isConfigured()
                ? AppLaunchStatus.READY_FOR_LAUNCH
                : AppLaunchStatus.READY_FOR_CONFIGURATION)
        .creationTime(app.history().createdAt())
        .lastModified(app.history().lastModified())
        .totalServerGroups(app.groups().size())
        .totalServers((int) app.servers().count())
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
