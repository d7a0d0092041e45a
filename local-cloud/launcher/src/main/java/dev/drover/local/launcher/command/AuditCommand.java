package dev.drover.local.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.stack.DroverApi;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code audit}: what is left in the checkout's cloud and needed by nobody; removes it on request.
 */
@Command(name = "audit", description = "List what is left in the account, or remove it.")
public final class AuditCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final String NEXT_TOKEN = "nextToken";

  @Option(
      names = "--remove",
      paramLabel = "ID|all",
      description = "Remove one leftover by its id, or all.")
  private @Nullable String remove;

  @Override
  public Integer call() {
    CloudState state =
        CloudState.read(new CloudHome(Checkout.repository().defaultHome()))
            .orElseThrow(
                () -> new LocalCloudException("The local cloud is down: './drover up' starts it."));
    DroverApi api = DroverApi.of(state);
    String wish = remove;
    return wish == null ? list(api) : remove(api, wish);
  }

  private static int list(DroverApi api) {
    AuditTable table = new AuditTable();
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    JsonNode page;
    do {
      page = api.call("Audit", request.toString());
      table.add(page);
      request.set(NEXT_TOKEN, page.path(NEXT_TOKEN));
    } while (page.has(NEXT_TOKEN));
    table.lines().forEach(System.out::println);
    return table.isEmpty() ? 0 : 1;
  }

  private static int remove(DroverApi api, String wish) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (wish.equals(ALL)) {
      request.put(ALL, true);
    } else {
      request.put("leftoverId", wish);
    }
    int left = 0;
    JsonNode page;
    do {
      page = api.call("RemoveLeftovers", request.toString());
      page.path("removed").forEach(id -> System.out.println("removed " + id.asText()));
      for (JsonNode each : page.path("left")) {
        left++;
        System.out.println(
            "left    " + each.path("leftoverId").asText() + ": " + each.path("reason").asText());
      }
      request.set(NEXT_TOKEN, page.path(NEXT_TOKEN));
    } while (page.has(NEXT_TOKEN));
    return left == 0 ? 0 : 1;
  }
}
