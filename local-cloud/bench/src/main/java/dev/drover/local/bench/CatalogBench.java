package dev.drover.local.bench;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.GetReplicationJobsResponse;
import software.amazon.awssdk.services.sms.model.GetServersResponse;
import software.amazon.awssdk.services.sms.model.Server;
import software.amazon.awssdk.services.sms.model.ServerCatalogStatus;
import software.amazon.awssdk.services.sms.model.VmServerAddress;

/** How a large catalog imports, pages and filters, with many jobs beside it. */
final class CatalogBench {
  private static final int IMAGE_BYTES = 512;
  private static final int SINGLE_CALLS = 100;
  private static final int JOBS_AT_ONCE = 2;
  private static final Duration IMPORT_LIMIT = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofMillis(500);

  private final SmsClient sms;
  private final ApiCalls calls = new ApiCalls();

  private CatalogBench(SmsClient sms) {
    this.sms = sms;
  }

  /**
   * Measures and tells.
   *
   * @param log of the API's function
   */
  static void of(DeployedStack stack, Path work, Path log, int servers, int jobs)
      throws IOException {
    RunningConnector connector =
        stack.startConnector(stack.connectorOver(folder(work.resolve("servers"), servers)));
    stack.awaitHealthy(connector);
    try (SmsClient sms = stack.smsClient()) {
      new CatalogBench(sms).measure(log, servers, jobs);
    } finally {
      connector.stop();
    }
  }

  private static Path folder(Path folder, int servers) throws IOException {
    for (int i = 0; i < servers; i++) {
      Path server = Files.createDirectories(folder.resolve("vm-%05d".formatted(i)));
      Files.write(server.resolve("root.img"), new byte[IMAGE_BYTES]);
    }
    return folder;
  }

  private void measure(Path log, int servers, int jobs) throws IOException {
    double seconds = importAll(servers);
    System.out.printf("  %-46s %.0f s%n", "import of %,d servers".formatted(servers), seconds);
    List<Server> catalog = pages();
    makeJobs(catalog.subList(0, jobs));
    pagesOfJobs();
    for (int i = 0; i < SINGLE_CALLS; i++) {
      Server server = catalog.get((i * 7_919) % jobs);
      one(server);
    }
    calls.print(log);
  }

  private double importAll(int servers) {
    long begin = System.nanoTime();
    sms.importServerCatalog(request -> {});
    Instant deadline = Instant.now().plus(IMPORT_LIMIT);
    while (!isThere(servers)) {
      if (Instant.now().isAfter(deadline)) {
        throw new LocalCloudException("The catalog was not imported within an hour.");
      }
      Pause.interruptibly(POLL);
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The last server by name is there with the status that says that all are. */
  private boolean isThere(int servers) {
    GetServersResponse answer =
        sms.getServers(
            request -> request.vmServerAddressList(address("vm-%05d".formatted(servers - 1))));
    return answer.serverCatalogStatus() == ServerCatalogStatus.AVAILABLE
        && !answer.serverList().isEmpty();
  }

  private static VmServerAddress address(String vmId) {
    return VmServerAddress.builder().vmManagerId("site").vmId(vmId).build();
  }

  private List<Server> pages() {
    List<Server> all = new ArrayList<>();
    String token = null;
    do {
      String next = token;
      GetServersResponse page =
          calls.of("GetServers, a page of 50", () -> sms.getServers(get -> get.nextToken(next)));
      all.addAll(page.serverList());
      token = page.nextToken();
    } while (token != null);
    return all;
  }

  private void makeJobs(List<Server> servers) {
    Instant seed = Instant.now().plus(Duration.ofDays(1));
    try (ExecutorService threads = Executors.newFixedThreadPool(JOBS_AT_ONCE)) {
      for (Server server : servers) {
        threads.execute(
            () ->
                calls.of(
                    "CreateReplicationJob, %d at once".formatted(JOBS_AT_ONCE),
                    () ->
                        sms.createReplicationJob(
                            create ->
                                create
                                    .serverId(server.serverId())
                                    .seedReplicationTime(seed)
                                    .frequency(24))));
      }
    }
  }

  private void pagesOfJobs() {
    String token = null;
    do {
      String next = token;
      GetReplicationJobsResponse page =
          calls.of(
              "GetReplicationJobs, a page of 50",
              () -> sms.getReplicationJobs(get -> get.nextToken(next)));
      token = page.nextToken();
    } while (token != null);
  }

  private void one(Server server) {
    Server found =
        calls
            .of(
                "GetServers, one address",
                () ->
                    sms.getServers(
                        get -> get.vmServerAddressList(server.vmServer().vmServerAddress())))
            .serverList()
            .getFirst();
    String job = found.replicationJobId();
    calls.of(
        "GetReplicationJobs, one", () -> sms.getReplicationJobs(get -> get.replicationJobId(job)));
    calls.of("GetReplicationRuns", () -> sms.getReplicationRuns(get -> get.replicationJobId(job)));
    calls.of(
        "UpdateReplicationJob",
        () ->
            sms.updateReplicationJob(
                update -> update.replicationJobId(job).description("measured")));
  }
}
