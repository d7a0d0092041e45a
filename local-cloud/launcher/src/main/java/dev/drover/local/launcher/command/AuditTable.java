package dev.drover.local.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What {@code Drover_V1.Audit} answers, as a table for people. */
final class AuditTable {
  private static final String AT_MOST = "atMost";
  private static final long BYTES_PER_KIB = 1024;
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  private final List<JsonNode> leftovers = new ArrayList<>();
  private final Set<String> notSeen = new LinkedHashSet<>();
  private String prices = "";

  /** Adds a page. */
  void add(JsonNode page) {
    page.path("leftovers").forEach(leftovers::add);
    page.path("notSeen").forEach(sentence -> notSeen.add(sentence.asText()));
    prices = page.path("prices").asText(prices);
  }

  boolean isEmpty() {
    return leftovers.isEmpty();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (leftovers.isEmpty()) {
      lines.add("Nothing is left.");
    } else {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("LEFTOVER", "AGE", "SIZE", "$/MONTH", "REMOVAL", "REASON"));
      leftovers.forEach(leftover -> rows.add(row(leftover)));
      lines.addAll(aligned(rows));
      lines.add(sum());
      lines.add(
          "'./drover audit --remove LEFTOVER' removes one, '--remove all' all but what is byHand.");
    }
    lines.add("Not looked at:");
    notSeen.forEach(sentence -> lines.add("  " + sentence));
    return lines;
  }

  private static List<String> row(JsonNode leftover) {
    String bound =
        switch (leftover.path("sizeIs").asText()) {
          case AT_MOST -> "<= ";
          case "atLeast" -> ">= ";
          default -> "";
        };
    return List.of(
        leftover.path("leftoverId").asText(),
        leftover.has("ageHours") ? age(leftover.path("ageHours").asLong()) : "-",
        leftover.has("sizeBytes") ? bound + size(leftover.path("sizeBytes").asLong()) : "-",
        bound + String.format(Locale.ROOT, "%.4f", leftover.path("monthlyDollars").asDouble()),
        leftover.path("removal").asText(),
        leftover.path("reason").asText());
  }

  private String sum() {
    BigDecimal dollars =
        leftovers.stream()
            .map(leftover -> leftover.path("monthlyDollars").decimalValue())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    boolean isBound =
        leftovers.stream().anyMatch(leftover -> leftover.path("sizeIs").asText().equals(AT_MOST));
    return String.format(
        Locale.ROOT,
        "%s, %s$%.2f a month at list prices (%s).",
        leftovers.size() == 1 ? "1 leftover" : leftovers.size() + " leftovers",
        isBound ? "at most " : "",
        dollars,
        prices);
  }

  private static String age(long hours) {
    return hours < 48 ? hours + " h" : hours / 24 + " d";
  }

  private static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= BYTES_PER_KIB && unit < UNITS.size() - 1) {
      value /= BYTES_PER_KIB;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS.get(unit));
  }

  /** Columns two spaces apart; the last one is as long as it is. */
  private static List<String> aligned(List<List<String>> rows) {
    int last = rows.getFirst().size() - 1;
    int[] widths = new int[last];
    for (List<String> row : rows) {
      for (int column = 0; column < last; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
    }
    return line.append(row.getLast()).toString();
  }
}
