package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * SMS under its name on the wire, with every operation of its model: built, or refused as not
 * built.
 */
public final class SmsService implements Service {
  /** The operations of SMS's model. */
  private static final Set<String> MODEL =
      Set.of(
          "CreateApp",
          "CreateReplicationJob",
          "DeleteApp",
          "DeleteAppLaunchConfiguration",
          "DeleteAppReplicationConfiguration",
          "DeleteAppValidationConfiguration",
          "DeleteReplicationJob",
          "DeleteServerCatalog",
          "DisassociateConnector",
          "GenerateChangeSet",
          "GenerateTemplate",
          "GetApp",
          "GetAppLaunchConfiguration",
          "GetAppReplicationConfiguration",
          "GetAppValidationConfiguration",
          "GetAppValidationOutput",
          "GetConnectors",
          "GetReplicationJobs",
          "GetReplicationRuns",
          "GetServers",
          "ImportAppCatalog",
          "ImportServerCatalog",
          "LaunchApp",
          "ListApps",
          "NotifyAppValidationOutput",
          "PutAppLaunchConfiguration",
          "PutAppReplicationConfiguration",
          "PutAppValidationConfiguration",
          "StartAppReplication",
          "StartOnDemandAppReplication",
          "StartOnDemandReplicationRun",
          "StopAppReplication",
          "TerminateApp",
          "UpdateApp",
          "UpdateReplicationJob");

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
    this.operations =
        withoutGaps(
            Stream.of(
                connectors.operations(),
                servers.operations(),
                jobs.operations(),
                runs.operations(),
                apps.operations(),
                appImports.operations(),
                appReplications.operations(),
                appLaunches.operations(),
                appValidations.operations()));
  }

  private static Map<String, Operation> withoutGaps(Stream<Map<String, Operation>> built) {
    Map<String, Operation> all = new HashMap<>();
    MODEL.forEach(name -> all.put(name, notBuilt(name)));
    built.forEach(all::putAll);
    return Map.copyOf(all);
  }

  private static Operation notBuilt(String name) {
    return (body, caller) -> {
      throw ApiError.NOT_PERMITTED.because(
          name + " is an operation of SMS that this version of Drover does not have yet.");
    };
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
