package dev.drover.local.simulation.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.message.MessageJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** Who migrates: waits for the catalog, and makes a job of each server through the API. */
final class Customer {
  private static final int OK = 200;
  private static final int FIRST_SERVER_ERROR = 500;

  /** One of so many jobs leaves zero blocks out. */
  private static final int OMITS_ONE_OF = 3;

  private final Simulation simulation;
  private final Account account;
  private final Scenario scenario;
  private final RandomGenerator random;

  /** Of its own, so that a seed decides all else as it did before jobs had settings. */
  private final RandomGenerator settings;

  Customer(Simulation simulation, Account account, Scenario scenario) {
    this.simulation = simulation;
    this.account = account;
    this.scenario = scenario;
    this.random = simulation.newRandom();
    this.settings = new SplittableRandom(scenario.seed());
  }

  void begin() {
    var _ = simulation.start("customer", this::migrate);
  }

  /** Changes its mind. */
  void deleteJobs() {
    List<String> jobs =
        account.stateForOracle().jobs().list().map(job -> job.id().value()).toList();
    var _ =
        simulation.start(
            "customer",
            () ->
                jobs.forEach(job -> call("DeleteReplicationJob", Map.of("replicationJobId", job))));
  }

  private void migrate() {
    simulation.sleep(Duration.ofMinutes(3));
    var _ = call("ImportServerCatalog", Map.of());
    List<String> servers = List.of();
    while (servers.size() < scenario.servers()) {
      simulation.sleep(Duration.ofMinutes(1));
      servers = servers();
    }
    servers.forEach(this::createJob);
    simulation.trace().line("customer", "made " + servers.size() + " jobs");
  }

  private List<String> servers() {
    List<String> servers = new ArrayList<>();
    String token = null;
    do {
      JsonNode page =
          call("GetServers", token == null ? Map.of() : Map.of("nextToken", token)).orElseThrow();
      page.path("serverList").forEach(server -> servers.add(server.path("serverId").asText()));
      token = page.path("nextToken").asText("");
    } while (!token.isEmpty());
    return servers;
  }

  private void createJob(String server) {
    int hours = scenario.haste().frequencyHours();
    long within = hours == 0 ? (scenario.isLong() ? 24 : 6) * 3_600L : 600;
    Instant seed = simulation.instant().plusSeconds(random.nextLong(60, within));
    Map<String, Object> wish = new LinkedHashMap<>();
    wish.put("serverId", server);
    wish.put("seedReplicationTime", seed.getEpochSecond());
    wish.put("frequency", hours == 0 ? frequency() : hours);
    wish.put("numberOfRecentAmisToKeep", 1 + random.nextInt(3));
    boolean omits = settings.nextInt(OMITS_ONE_OF) == 0;
    Optional<JsonNode> made = call("CreateReplicationJob", wish);
    if (omits && made.isPresent()) {
      omitZeros(made.get().path("replicationJobId").asText());
    }
  }

  private void omitZeros(String job) {
    Map<String, Object> wish = Map.of("replicationJobId", job, "zeroBlocks", "omit");
    var _ = call("PutReplicationJobSettings", wish, account::callDrover);
    simulation.trace().line("customer", job + " omits zeros");
  }

  /** In hours. */
  private int frequency() {
    return scenario.isLong()
        ? random.nextInt(5) == 0 ? 12 : 24
        : List.of(1, 6, 12, 24).get(random.nextInt(4));
  }

  /** Empty when the job is there already: the answer to an earlier try was lost. */
  private Optional<JsonNode> call(String operation, Map<String, Object> body) {
    return call(operation, body, account::callSms);
  }

  private Optional<JsonNode> call(
      String operation,
      Map<String, Object> body,
      BiFunction<String, String, Account.ApiAnswer> api) {
    while (true) {
      Account.ApiAnswer answer = api.apply(operation, MessageJson.writeText(body));
      if (answer.status() == OK) {
        return Optional.of(MessageJson.read(operation, answer.body(), JsonNode.class));
      }
      simulation.trace().line("customer", operation + " ✗ " + answer.status() + answer.body());
      if (answer.body().contains("ReplicationJobAlreadyExistsException")) {
        return Optional.empty();
      }
      // None is there yet, or its link is down.
      boolean mayPass = answer.body().contains("NoConnectorsAvailableException");
      if (answer.status() < FIRST_SERVER_ERROR && !mayPass) {
        throw new IllegalStateException(operation + ": " + answer.body());
      }
      simulation.sleep(mayPass ? Duration.ofMinutes(1) : Duration.ofSeconds(5));
    }
  }
}
