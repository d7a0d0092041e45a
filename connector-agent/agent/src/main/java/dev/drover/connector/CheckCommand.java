package dev.drover.connector;

import dev.drover.connector.aws.AwsRights;
import dev.drover.connector.aws.AwsRights.Answer;
import dev.drover.connector.aws.AwsRights.Right;
import dev.drover.connector.config.ConnectorConfig;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceRight;
import dev.drover.connector.state.StateDirectory;
import dev.drover.connector.state.StateUnusableException;
import dev.drover.connector.words.PlainText;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.message.Report;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Tries everything that a connector needs, and changes nothing. */
final class CheckCommand {
  /** Ends keys that nobody has, below the prefixes that the connector's policy names. */
  private static final String PROBE = "check" + ObjectKeys.MANIFEST_SUFFIX;

  private final ConnectorConfig config;
  private final ConnectorWiring wiring;
  private final PrintStream out;
  private int problems;

  CheckCommand(ConnectorConfig config, ConnectorWiring wiring, PrintStream out) {
    this.config = config;
    this.wiring = wiring;
    this.out = out;
  }

  /**
   * Checks.
   *
   * @return how many problems there are
   * @throws StateUnusableException the configuration names a folder that cannot be its own
   */
  int run() throws StateUnusableException {
    print("configuration", "ok", config.connectorId() + " of environment " + config.environment());
    StateDirectory.tryOut(config.stateDirectory());
    print("state", "ok", config.stateDirectory().toString());
    tryRights();
    listServers();
    return problems;
  }

  private void tryRights() {
    AwsRights rights = wiring.rights();
    String below = config.environment() + "/" + PROBE;
    List<String> puts =
        List.of(
            ObjectKeys.STAGING + below,
            ObjectKeys.reportsOf(config.environment(), config.connectorId()) + PROBE);
    List<String> reads = List.of(ObjectKeys.TASKS + below, ObjectKeys.DIGESTS + below);
    boolean known =
        tryRights("bucket", rights.ofBucket(puts, reads)) && tryRights("queue", rights.ofQueue());
    if (known) {
      tryRights("tasks", rights.ofTasks());
    }
  }

  /** Returns false when no further call to AWS can be answered. */
  private boolean tryRights(String label, List<Supplier<Right>> rights) {
    for (Supplier<Right> trial : rights) {
      Right right = trial.get();
      switch (right.answer()) {
        case GRANTED -> print(label, "ok", right.sentence());
        case UNKNOWN ->
            print(
                label,
                "? ",
                right.sentence() + ": AWS does not tell a missing right from a missing object");
        case REFUSED, UNREACHED, NOBODY -> problem(right.sentence());
      }
      if (right.answer() == Answer.UNREACHED || right.answer() == Answer.NOBODY) {
        return right.answer() == Answer.UNREACHED;
      }
    }
    return true;
  }

  private void listServers() {
    try {
      ServerSource source = wiring.source();
      tryRights(source);
      SourceInventory inventory = source.inventory();
      out.println("servers        " + inventory.servers().size());
      inventory.servers().forEach(this::print);
      inventory.warnings().forEach(warning -> print("source", "?", warning));
      inventory.problems().forEach(this::problem);
    } catch (SourceException e) {
      problem(String.valueOf(e.getMessage()));
    }
  }

  /** How to grant them stands there whatever was found: it is what a person comes here for. */
  private void tryRights(ServerSource source) {
    try {
      for (SourceRight right : source.rights()) {
        switch (right.answer()) {
          case GRANTED -> print("source", "ok", right.sentence());
          case UNKNOWN -> print("source", "?", right.sentence());
          case REFUSED -> problem(right.sentence());
        }
      }
    } finally {
      source.howToGrant().forEach(out::println);
    }
  }

  private void problem(String sentence) {
    problems++;
    out.println("problem        " + PlainText.of(sentence));
  }

  private void print(String label, String state, String what) {
    out.println(String.format(Locale.ROOT, "%-14s %s  %s", label, state, PlainText.of(what)));
  }

  private void print(Report.InventoryServer server) {
    String title = server.vmId() + " (" + server.name() + ", " + server.firmware() + ")";
    out.println("  " + PlainText.of(title));
    Report.InventoryDisk root = server.disks().getFirst();
    for (Report.InventoryDisk disk : server.disks()) {
      out.println(
          "    "
              + disk.diskId()
              + "  "
              + PlainText.of(disk.name())
              + "  "
              + disk.sizeBytes()
              + " B"
              + (disk.equals(root) ? "  root disk" : ""));
    }
  }
}
