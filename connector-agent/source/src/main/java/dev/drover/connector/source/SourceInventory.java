package dev.drover.connector.source;

import dev.drover.connector.words.PlainText;
import dev.drover.protocol.message.Report;
import java.util.List;

/**
 * What a source can see.
 *
 * @param problems sentences about what it saw and could not read
 * @param warnings sentences about what it can read and cannot vouch for
 */
public record SourceInventory(
    List<Report.InventoryServer> servers, List<String> problems, List<String> warnings) {
  public SourceInventory {
    servers = List.copyOf(servers);
    problems = problems.stream().map(PlainText::of).toList();
    warnings = warnings.stream().map(PlainText::of).toList();
  }

  /** Of a source that can vouch for all that it reads. */
  public SourceInventory(List<Report.InventoryServer> servers, List<String> problems) {
    this(servers, problems, List.of());
  }
}
