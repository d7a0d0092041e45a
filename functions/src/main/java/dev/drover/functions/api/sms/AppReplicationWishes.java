package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.state.App;
import dev.drover.functions.state.ReplicationSettings;
import dev.drover.protocol.ServerId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.PutAppReplicationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.ServerGroupReplicationConfiguration;
import software.amazon.awssdk.services.sms.model.ServerReplicationConfiguration;
import software.amazon.awssdk.services.sms.model.ServerReplicationParameters;

/** Checks what PutAppReplicationConfiguration is asked for, and shows it again. */
final class AppReplicationWishes {
  private static final ServerReplicationParameters NOTHING =
      ServerReplicationParameters.builder().build();

  private final JobWishes jobs;

  AppReplicationWishes(JobWishes jobs) {
    this.jobs = jobs;
  }

  List<ReplicationSettings> read(PutAppReplicationConfigurationRequest request) {
    List<ReplicationSettings> settings =
        request.serverGroupReplicationConfigurations().stream()
            .flatMap(group -> group.serverReplicationConfigurations().stream())
            .map(this::settings)
            .toList();
    Parameters.require(!settings.isEmpty(), "no server is configured");
    Set<ServerId> seen = new HashSet<>();
    settings.forEach(
        server ->
            Parameters.require(
                seen.add(server.serverId()),
                "server " + server.serverId() + " is configured twice"));
    return settings;
  }

  private ReplicationSettings settings(ServerReplicationConfiguration configuration) {
    ServerId serverId = AppWishes.serverId(configuration.server());
    ServerReplicationParameters given =
        configuration.serverReplicationParameters() == null
            ? NOTHING
            : configuration.serverReplicationParameters();
    jobs.requireFit(given);
    return new ReplicationSettings(
        serverId,
        given.seedTime(),
        given.frequency(),
        given.runOnce(),
        given.licenseTypeAsString(),
        given.numberOfRecentAmisToKeep(),
        given.encrypted(),
        given.kmsKeyId());
  }

  /** A server that is configured in a group is in that group. */
  static void requireGroups(App app, PutAppReplicationConfigurationRequest request) {
    for (ServerGroupReplicationConfiguration group :
        request.serverGroupReplicationConfigurations()) {
      group
          .serverReplicationConfigurations()
          .forEach(
              server ->
                  requireGroup(app, group.serverGroupId(), AppWishes.serverId(server.server())));
    }
  }

  private static void requireGroup(App app, @Nullable String group, ServerId server) {
    Parameters.require(
        group == null
            || app.groups().stream()
                .filter(it -> it.id().value().equals(group))
                .anyMatch(it -> it.servers().contains(server)),
        "server " + server + " is not in server group " + ApiError.shown(String.valueOf(group)));
  }

  /** What was said of the servers that the application has now, group by group. */
  static List<ServerGroupReplicationConfiguration> view(
      App app, List<ReplicationSettings> settings) {
    return app.groups().stream()
        .map(
            group ->
                ServerGroupReplicationConfiguration.builder()
                    .serverGroupId(group.id().value())
                    .serverReplicationConfigurations(
                        settings.stream()
                            .filter(it -> group.servers().contains(it.serverId()))
                            .map(AppReplicationWishes::view)
                            .toList())
                    .build())
        .filter(group -> !group.serverReplicationConfigurations().isEmpty())
        .toList();
  }

  private static ServerReplicationConfiguration view(ReplicationSettings settings) {
    return ServerReplicationConfiguration.builder()
        .server(server -> server.serverId(settings.serverId().value()))
        .serverReplicationParameters(
            parameters ->
                parameters
                    .seedTime(settings.seedTime())
                    .frequency(settings.frequencyHours())
                    .runOnce(settings.runOnce())
                    .licenseType(settings.licenseType())
                    .numberOfRecentAmisToKeep(settings.recentAmisToKeep())
                    .encrypted(settings.encrypted())
                    .kmsKeyId(settings.kmsKeyId()))
        .build();
  }
}
