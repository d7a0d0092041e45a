package dev.drover.connector.progress;

import java.time.Duration;
import java.util.Locale;

/** Sizes, rates and times as people read them: GiB and MiB, hours and minutes. */
final class ByteText {
  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;

  private ByteText() {}

  static String size(long bytes) {
    return bytes >= GIB
        ? String.format(Locale.ROOT, "%.1f GiB", bytes / GIB)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }

  static String time(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
