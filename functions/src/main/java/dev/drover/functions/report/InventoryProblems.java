package dev.drover.functions.report;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of an inventory cannot come into the catalog: servers that are refused here come first. */
final class InventoryProblems {
  private final Set<InventoryServer> refused = new HashSet<>();
  private final List<Problem> all = new ArrayList<>();

  /** A sentence for people, and the same as an event of the log. */
  private record Problem(String sentence, String event, Map<String, String> fields) {}

  InventoryProblems(Report.Inventory inventory) {
    for (InventoryServer machine : inventory.servers()) {
      String objection = ServerGate.objection(inventory.origin().environment(), machine);
      if (!objection.isEmpty() && refused.add(machine)) {
        all.add(refusal(ServerGate.named(machine), objection));
      }
    }
    for (String sentence : inventory.problems()) {
      all.add(new Problem(sentence, "source-problem", Map.of("problem", sentence)));
    }
  }

  private static Problem refusal(String server, String objection) {
    return new Problem(
        "Server " + server + " is refused: " + objection + ".",
        "server-refused",
        Map.of("server", server, "reason", objection));
  }

  boolean isRefused(InventoryServer machine) {
    return refused.contains(machine);
  }

  /** As the connector's item keeps them. */
  Connector.Problems kept() {
    return Connector.Problems.of(all.stream().map(Problem::sentence).toList());
  }

  /** Writes a line for each that is kept and that the inventory before did not have. */
  void logNews(ConnectorId connectorId, Connector.Problems before, EventLog log) {
    List<String> sentences = kept().sentences();
    for (int i = 0; i < sentences.size(); i++) {
      if (!before.sentences().contains(sentences.get(i))) {
        Map<String, Object> fields = new HashMap<>(all.get(i).fields());
        fields.put("connectorId", connectorId);
        log.event(all.get(i).event(), fields);
      }
    }
  }
}
