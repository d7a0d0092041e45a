package dev.drover.connector;

import dev.drover.connector.config.ConnectorConfig;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.store.ObjectContent;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.message.Report;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Tries everything that a connector needs, and changes nothing. */
final class CheckCommand {
  private final ConnectorConfig config;
  private final ConnectorWiring wiring;
  private final PrintStream out;

  CheckCommand(ConnectorConfig config, ConnectorWiring wiring, PrintStream out) {
    this.config = config;
    this.wiring = wiring;
    this.out = out;
  }

  /**
   * Checks.
   *
   * @return how many problems the source has
   */
  int run() {
    out.println("configuration  ok");
    wiring.store().put(probeKey(), ObjectContent.ofJson("{}".getBytes(StandardCharsets.UTF_8)));
    out.println("bucket         ok  " + config.bucket());
    wiring.queue().probe();
    out.println("queue          ok  " + config.taskQueueUrl());
    SourceInventory inventory = wiring.source().inventory();
    out.println("servers        " + inventory.servers().size());
    inventory.servers().forEach(this::print);
    inventory.problems().forEach(problem -> out.println("problem        " + problem));
    return inventory.problems().size();
  }

  private void print(Report.InventoryServer server) {
    out.println("  " + server.vmId() + " (" + server.name() + ", " + server.firmware() + ")");
    Report.InventoryDisk root = server.disks().getFirst();
    for (Report.InventoryDisk disk : server.disks()) {
      out.println(
          "    "
              + disk.diskId()
              + "  "
              + disk.name()
              + "  "
              + disk.sizeBytes()
              + " B"
              + (disk.equals(root) ? "  root disk" : ""));
    }
  }

  /**
   * Below the connector's own prefix, and with the ending that the report function leaves alone.
   */
  private String probeKey() {
    return ObjectKeys.reportsOf(config.environment(), config.connectorId())
        + "check"
        + ObjectKeys.MANIFEST_SUFFIX;
  }
}
