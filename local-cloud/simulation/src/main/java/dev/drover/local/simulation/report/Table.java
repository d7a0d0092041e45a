package dev.drover.local.simulation.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows whose first column is a text and whose others are right-aligned. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  void print(PrintStream out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int column = 0; column < row.size(); column++) {
        String padding = " ".repeat(width(column) - length(row.get(column)));
        line.append(column == 0 ? row.get(column) + padding : "  " + padding + row.get(column));
      }
      out.println(line.toString().stripTrailing());
    }
    out.println();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> length(row.get(column)))
        .max()
        .orElse(0);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
