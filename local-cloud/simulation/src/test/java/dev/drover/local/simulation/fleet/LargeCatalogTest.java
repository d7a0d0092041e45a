package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.fault.Link;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryDisk;
import dev.drover.protocol.message.Report.InventoryServer;
import dev.drover.protocol.message.ReportOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A large catalog with many jobs, in virtual time: a call of the table takes 2 to 21 ms, and what
 * the functions compute next to nothing. So this is what a handler waits for.
 */
class LargeCatalogTest {
  private static final int SERVERS = 10_000;
  private static final int JOBS = 2_000;
  private static final int SINGLE_CALLS = 100;
  private static final EnvironmentName SITE = new EnvironmentName("site");
  private static final ConnectorId CONNECTOR = ConnectorId.declared(SITE, "site-1");

  /** SMS filled its catalog within a minute (AWS SMS User Guide). */
  private static final Duration IMPORT = Duration.ofMinutes(1);

  private static final Duration CALL = Duration.ofMillis(500);

  private final Simulation simulation = new Simulation(1, Fleet.START, Trace.off());
  private Account account;
  private long sequence;

  @BeforeEach
  void begin() throws IOException {
    String machine = Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
    account = new Account(simulation, Set.of(), machine, 1, 1, change -> {});
    account.declare(SITE);
    account.declare(CONNECTOR);
  }

  @Test
  void tenThousandServersAndTwoThousandJobs_importPageAndFilterWithinASecond() {
    CompletableFuture<List<Times>> done = new CompletableFuture<>();
    var _ = simulation.start("user", () -> done.complete(measured()));
    simulation.runUntil(Fleet.START.plus(Duration.ofHours(2)));

    System.out.printf(
        "%,d servers, %,d jobs; of the API's function, in ms of virtual time:%n", SERVERS, JOBS);
    List<Times> all = done.join();
    all.forEach(System.out::println);
    assertThat(all.getFirst().quantile(1)).isLessThan(IMPORT);
    assertThat(all.subList(1, all.size()))
        .allSatisfy(times -> assertThat(times.quantile(0.99)).as(times.what).isLessThan(CALL));
  }

  private List<Times> measured() {
    report(
        new Report.Registration(
            1, origin(), List.of(1), "0.1.0", "folder", "192.0.2.2", null, List.of()));
    simulation.sleep(Duration.ofSeconds(30));
    Times imported = new Times("import, to AVAILABLE");
    Times pages = new Times("GetServers, a page of 50");
    Times creations = new Times("CreateReplicationJob");
    Times jobs = new Times("GetReplicationJobs, a page of 50");
    Times address = new Times("GetServers, one address");
    Times runs = new Times("GetReplicationRuns");
    imported.of(this::importAll);
    List<JsonNode> servers = all(pages, "GetServers", "serverList");
    assertThat(servers).hasSize(SERVERS);
    for (JsonNode server : servers.subList(0, JOBS)) {
      String wish =
          "{\"serverId\": \"%s\", \"seedReplicationTime\": %d, \"frequency\": 24}"
              .formatted(
                  server.get("serverId").asText(),
                  Fleet.START.plus(Duration.ofDays(1)).getEpochSecond());
      creations.of(() -> call("CreateReplicationJob", wish));
    }
    List<JsonNode> made = all(jobs, "GetReplicationJobs", "replicationJobList");
    assertThat(made).hasSize(JOBS);
    for (JsonNode job : made.subList(0, SINGLE_CALLS)) {
      address.of(
          () ->
              call(
                  "GetServers",
                  "{\"vmServerAddressList\": [%s]}"
                      .formatted(job.at("/vmServer/vmServerAddress"))));
      runs.of(
          () ->
              call(
                  "GetReplicationRuns",
                  "{\"replicationJobId\": %s}".formatted(job.get("replicationJobId"))));
    }
    return List.of(imported, pages, address, creations, jobs, runs);
  }

  private void importAll() {
    // That the connector is asked is shown elsewhere; this is its answer.
    call("ImportServerCatalog", "{}");
    report(
        new Report.Inventory(
            1,
            origin(),
            IntStream.range(0, SERVERS).mapToObj(LargeCatalogTest::server).toList(),
            List.of()));
    while (!call("GetServers", "{\"maxResults\": 1}")
        .path("serverCatalogStatus")
        .asText()
        .equals("AVAILABLE")) {
      simulation.sleep(Duration.ofMillis(200));
    }
  }

  private static InventoryServer server(int number) {
    String name = "vm-%05d".formatted(number);
    return new InventoryServer(
        name,
        name,
        "/site/vm/" + name,
        "Debian GNU/Linux 13 (64-bit)",
        Firmware.UEFI,
        2,
        4_096L,
        List.of(
            new InventoryDisk(DiskId.of(name, "root.img"), "root.img", 20L << 30),
            new InventoryDisk(DiskId.of(name, "data.img"), "data.img", 200L << 30)));
  }

  private List<JsonNode> all(Times times, String operation, String list) {
    List<JsonNode> all = new ArrayList<>();
    String token = "";
    do {
      String body = token.isEmpty() ? "{}" : "{\"nextToken\": \"" + token + "\"}";
      JsonNode page = times.answer(() -> call(operation, body));
      page.path(list).forEach(all::add);
      token = page.path("nextToken").asText("");
    } while (!token.isEmpty());
    return all;
  }

  private JsonNode call(String operation, String body) {
    Account.ApiAnswer answer = account.callSms(operation, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return MessageJson.read(operation, answer.body(), JsonNode.class);
  }

  private ReportOrigin origin() {
    return new ReportOrigin(SITE, CONNECTOR, ++sequence, simulation.instant());
  }

  private void report(Report report) {
    S3Client s3 = account.clientsOf("connector", Link.UP).s3();
    s3.putObject(
        put -> put.bucket(Account.BUCKET).key(report.key()),
        RequestBody.fromString(MessageJson.writeText(report)));
  }

  /** How long calls of one kind took. */
  private final class Times {
    private final String what;
    private final List<Duration> taken = new ArrayList<>();

    Times(String what) {
      this.what = what;
    }

    <T> T answer(Supplier<T> call) {
      Instant begun = simulation.instant();
      T answer = call.get();
      taken.add(Duration.between(begun, simulation.instant()));
      return answer;
    }

    void of(Runnable call) {
      var _ =
          answer(
              () -> {
                call.run();
                return what;
              });
    }

    Duration quantile(double part) {
      List<Duration> ascending = taken.stream().sorted().toList();
      return ascending.get((int) Math.ceil(part * ascending.size()) - 1);
    }

    @Override
    public String toString() {
      return "  %-34s %,6d calls, p50 %,7d, p99 %,7d"
          .formatted(what, taken.size(), quantile(0.5).toMillis(), quantile(0.99).toMillis());
    }
  }
}
