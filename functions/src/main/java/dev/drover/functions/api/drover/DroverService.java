package dev.drover.functions.api.drover;

import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Service;
import dev.drover.functions.job.JobExtension;
import dev.drover.functions.launch.AppTestLaunch;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.reconcile.Audit;
import dev.drover.functions.state.State;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Drover's own API under its name on the wire. */
public final class DroverService implements Service {
  private final Map<String, Operation> operations = new HashMap<>();

  public DroverService(
      State state,
      JobExtension extension,
      Audit audit,
      AppTestLaunch test,
      InstantSource clock,
      EventLog log) {
    operations.putAll(new AppOperations(state, test).operations());
    operations.putAll(new ConnectorOperations(state, clock).operations());
    operations.putAll(new JobOperations(state, extension).operations());
    operations.putAll(new RunOperations(state).operations());
    operations.putAll(new AuditOperations(audit, clock, log).operations());
  }

  @Override
  public String title() {
    return "Drover";
  }

  @Override
  public String targetPrefix() {
    return "Drover_V1.";
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.copyOf(operations);
  }
}
