package dev.drover.functions.api.sms;

import dev.drover.functions.state.Server;
import software.amazon.awssdk.services.sms.model.ServerType;
import software.amazon.awssdk.services.sms.model.VmServer;

/** Servers as the API shows them. */
final class ServerView {
  private ServerView() {}

  static software.amazon.awssdk.services.sms.model.Server of(Server server) {
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

  static VmServer vmServer(Server server) {
    return VmServer.builder()
        .vmServerAddress(
            address ->
                address.vmManagerId(server.environment().value()).vmId(server.machine().vmId()))
        .vmName(server.machine().name())
        .vmManagerName(server.environment().value())
        .vmManagerType(ConnectorView.vmManagerType(server.sourceType()))
        .vmPath(server.machine().vmPath())
        .build();
  }
}
