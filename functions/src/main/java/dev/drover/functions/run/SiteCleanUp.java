package dev.drover.functions.run;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks for the release of what a run made on its site, a VM snapshot above all. Connectors release
 * by themselves what was not read for a day; a snapshot grows with what its VM writes, so a day is
 * long.
 */
public final class SiteCleanUp {
  /** A source that makes nothing on its site. */
  private static final String FOLDER = "folder";

  private final State state;
  private final ConnectorQueues queues;
  private final InstantSource clock;
  private final EventLog log;

  public SiteCleanUp(State state, ConnectorQueues queues, InstantSource clock, EventLog log) {
    this.state = state;
    this.queues = queues;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Asks for it, if something may be there. Idempotency key: the run; who has released it releases
   * nothing again. A message that nobody takes within an hour is gone: the sweep sends another.
   */
  void ask(Job job, Run run) {
    Server server = state.servers().find(job.serverId()).orElse(null);
    if (server == null || FOLDER.equals(server.sourceType()) || isReleased(run)) {
      return;
    }
    ConnectorTask task =
        new ConnectorTask.CleanUp(
            MessageJson.VERSION,
            run.id() + "-clean-up",
            server.environment(),
            run.id(),
            server.machine().vmId());
    List<ConnectorId> asked =
        whom(run, server).filter(connector -> queues.send(connector, task)).toList();
    log.event(
        "site-clean-up-asked", Map.of("jobId", job.id(), "runId", run.id(), "connectors", asked));
  }

  /** No connector had it, or the only one released it before it told that it was through. */
  private static boolean isReleased(Run run) {
    int attempts = run.handOver().attempt();
    return attempts == 0 || (attempts == 1 && run.state() == Run.State.COMPLETED);
  }

  /**
   * Who had the run last: it may still read, and knows when it does not; what others made before it
   * for the run, it releases, too. When it is silent, whoever sees the server, and itself.
   */
  private Stream<ConnectorId> whom(Run run, Server server) {
    Optional<ConnectorId> last = Optional.ofNullable(run.handOver().connectorId());
    return last.filter(this::isHealthy).isPresent()
        ? last.stream()
        : Stream.concat(last.stream(), server.connectorIds().stream())
            .distinct()
            .sorted(Comparator.comparing(ConnectorId::value));
  }

  private boolean isHealthy(ConnectorId id) {
    return state
        .connectors()
        .find(id)
        .filter(connector -> connector.isHealthy(clock.instant()))
        .isPresent();
  }
}
