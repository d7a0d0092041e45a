package dev.drover.functions.api.sms;

import dev.drover.functions.state.Connector;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.ConnectorStatus;
import software.amazon.awssdk.services.sms.model.VmManagerType;

/** Connectors as the API shows them. */
final class ConnectorView {
  private ConnectorView() {}

  static software.amazon.awssdk.services.sms.model.Connector of(
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

  /** A folder of images has no manager: its type is absent. */
  static @Nullable VmManagerType vmManagerType(@Nullable String sourceType) {
    return switch (sourceType) {
      case "vsphere" -> VmManagerType.VSPHERE;
      case "scvmm" -> VmManagerType.SCVMM;
      case "hyperv" -> VmManagerType.HYPERV_MANAGER;
      case null, default -> null;
    };
  }
}
