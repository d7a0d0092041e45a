package dev.drover.local.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.stack.DroverApi;
import java.util.ArrayList;
import java.util.List;
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

  @Option(
      names = "--remove",
      paramLabel = "ID|all",
      description = "Remove one leftover by its id, or all.")
  private @Nullable String remove;

  @Override
  public Integer call() {
    DroverApi api =
        DroverApi.of(CloudState.ofRunning(new CloudHome(Checkout.repository().defaultHome())));
    String wish = remove;
    return wish == null ? list(api) : remove(api, wish);
  }

  private static int list(DroverApi api) {
    AuditTable table = new AuditTable();
    api.pages("Audit", JsonNodeFactory.instance.objectNode(), table::add);
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
    List<JsonNode> left = new ArrayList<>();
    api.pages(
        "RemoveLeftovers",
        request,
        page -> {
          page.path("removed").forEach(id -> System.out.println("removed " + id.asText()));
          page.path("left").forEach(each -> left.add(stays(each)));
        });
    return left.isEmpty() ? 0 : 1;
  }

  private static JsonNode stays(JsonNode each) {
    System.out.println(
        "left    " + each.path("leftoverId").asText() + ": " + each.path("reason").asText());
    return each;
  }
}
