package dev.drover.local.simulation.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Numbers for people. */
final class Words {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

  private Words() {}

  static String bytes(double bytes) {
    int unit = 0;
    double left = bytes;
    while (left >= 1024 && unit < UNITS.size() - 1) {
      left /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, UNITS.get(unit));
  }

  static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String count(double count) {
    return String.format(Locale.ROOT, "%,.0f", count);
  }

  static String dollars(double dollars) {
    return String.format(Locale.ROOT, "%,.2f $", dollars);
  }

  static String duration(Duration duration) {
    if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
    if (duration.compareTo(Duration.ofHours(2)) < 0) {
      return String.format(Locale.ROOT, "%.1f min", duration.toSeconds() / 60.0);
    }
    return duration.compareTo(Duration.ofDays(2)) < 0
        ? String.format(Locale.ROOT, "%.1f h", duration.toMinutes() / 60.0)
        : String.format(Locale.ROOT, "%.1f days", duration.toHours() / 24.0);
  }
}
