package dev.drover.functions.image;

import java.util.List;
import java.util.Locale;

/** Bytes as people read them: {@code 4.2 GiB}, {@code 12 MiB}, {@code 512 B}. */
public record ByteCount(long bytes) {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
  private static final int FACTOR = 1024;
  private static final double ONE_DIGIT = 9.95;

  @Override
  public String toString() {
    double value = bytes;
    int unit = 0;
    while (value >= FACTOR && unit < UNITS.size() - 1) {
      value /= FACTOR;
      unit++;
    }
    String format = unit > 0 && value < ONE_DIGIT ? "%.1f %s" : "%.0f %s";
    return String.format(Locale.ROOT, format, value, UNITS.get(unit));
  }
}
