package dev.drover.local.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.stack.DroverApi;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code history}: what happened to a run in the checkout's cloud, a line an event. */
@Command(name = "history", description = "Tell what happened to a run.")
public final class HistoryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN_ID", description = "For example sms-run-1a2b3c4d.")
  private String runId = "";

  @Override
  public Integer call() {
    DroverApi api =
        DroverApi.of(CloudState.ofRunning(new CloudHome(Checkout.repository().defaultHome())));
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("replicationRunId", runId);
    api.pages(
        "GetReplicationRunHistory",
        request,
        page -> page.path("events").forEach(event -> System.out.println(line(event))));
    return 0;
  }

  static String line(JsonNode event) {
    Instant time = Instant.ofEpochMilli(Math.round(event.path("time").asDouble() * 1_000));
    String details =
        event.path("details").properties().stream()
            .filter(detail -> !detail.getKey().equals("jobId"))
            .map(detail -> detail.getKey() + "=" + detail.getValue().asText())
            .collect(Collectors.joining("  "));
    return "%s  %-22s  %s"
        .formatted(time.truncatedTo(ChronoUnit.SECONDS), event.path("event").asText(), details)
        .stripTrailing();
  }
}
