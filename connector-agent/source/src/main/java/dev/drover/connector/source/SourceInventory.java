package dev.drover.connector.source;

import dev.drover.connector.words.PlainText;
import dev.drover.protocol.message.Report;
import java.util.List;

/**
 * What a source can see.
 *
 * @param problems sentences about what it saw and could not read
 */
public record SourceInventory(List<Report.InventoryServer> servers, List<String> problems) {
  public SourceInventory {
    servers = List.copyOf(servers);
    problems = problems.stream().map(PlainText::of).toList();
  }
}
