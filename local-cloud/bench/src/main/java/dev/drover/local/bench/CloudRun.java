package dev.drover.local.bench;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/**
 * A job's first run on the local cloud, from CreateReplicationJob to the AMI.
 *
 * @param seconds as a client of the API sees it
 * @param connectorPeakMib most that the connector's process ever had in memory
 */
record CloudRun(double seconds, long connectorPeakMib) {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Replicates the disk's server. */
  static CloudRun of(BenchDisk disk, DeployedStack stack) throws IOException {
    RunningConnector connector = stack.startConnector(stack.connectorOver(disk.servers()));
    stack.awaitHealthy(connector);
    try (SmsClient sms = stack.smsClient()) {
      sms.importServerCatalog(request -> {});
      String serverId =
          await(
                  "server in the catalog",
                  () -> sms.getServersPaginator(request -> {}).serverList().stream().findFirst())
              .serverId();
      long begin = System.nanoTime();
      String job = createJob(sms, serverId);
      ReplicationRun run = await("end of the run", () -> ended(sms, job));
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (run.state() != ReplicationRunState.COMPLETED) {
        throw new LocalCloudException("The run is " + run.state() + ": " + run.statusMessage());
      }
      return new CloudRun(seconds, PeakMemory.mib(connector.process().pid()));
    } finally {
      connector.stop();
    }
  }

  private static String createJob(SmsClient sms, String serverId) {
    return sms.createReplicationJob(
            request ->
                request
                    .serverId(serverId)
                    .seedReplicationTime(Instant.now().minus(Duration.ofHours(1)))
                    .runOnce(true))
        .replicationJobId();
  }

  private static Optional<ReplicationRun> ended(SmsClient sms, String job) {
    List<ReplicationRun> runs =
        sms.getReplicationRuns(request -> request.replicationJobId(job)).replicationRunList();
    return runs.stream()
        .filter(
            run ->
                run.state() == ReplicationRunState.COMPLETED
                    || run.state() == ReplicationRunState.FAILED
                    || run.state() == ReplicationRunState.MISSED)
        .findFirst();
  }

  private static <T> T await(String what, Supplier<Optional<T>> question) {
    Instant deadline = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(deadline)) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      Pause.interruptibly(POLL);
    }
    throw new LocalCloudException("no " + what + " within " + LIMIT.toMinutes() + " minutes");
  }
}
