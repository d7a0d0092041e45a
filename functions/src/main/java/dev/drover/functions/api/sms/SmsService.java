package dev.drover.functions.api.sms;

import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** SMS under its name on the wire, with every operation of its model. */
public final class SmsService implements Service {
  private final Map<String, Operation> operations;

  public SmsService(
      ConnectorOperations connectors,
      ServerOperations servers,
      JobOperations jobs,
      RunOperations runs,
      AppOperations apps,
      AppImportOperations appImports,
      AppReplicationOperations appReplications,
      AppLaunchOperations appLaunches,
      AppValidationOperations appValidations) {
    Map<String, Operation> all = new HashMap<>();
    Stream.of(
            connectors.operations(),
            servers.operations(),
            jobs.operations(),
            runs.operations(),
            apps.operations(),
            appImports.operations(),
            appReplications.operations(),
            appLaunches.operations(),
            appValidations.operations())
        .forEach(all::putAll);
    this.operations = Map.copyOf(all);
  }

  @Override
  public String title() {
    return "the Server Migration Service";
  }

  @Override
  public String targetPrefix() {
    return "AWSServerMigrationService_V2016_10_24.";
  }

  @Override
  public Map<String, Operation> operations() {
    return operations;
  }
}
