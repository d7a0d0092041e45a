package dev.drover.functions.reconcile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** AWS's list prices of what may be left; {@code prices.properties} says which and from where. */
final class Prices {
  private static final double BYTES_PER_GIB = 1L << 30;

  private final Properties values = new Properties();

  Prices() {
    try (InputStream file =
        Objects.requireNonNull(Prices.class.getResourceAsStream("prices.properties"))) {
      values.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Region and date, for people. */
  String source() {
    return text("region") + ", " + text("date");
  }

  /** A month of so many bytes in EBS snapshots, in US dollars. */
  double snapshot(long bytes) {
    return bytes / BYTES_PER_GIB * number("snapshot.gib.month");
  }

  /** A month of so many bytes in S3, in US dollars. */
  double objects(long bytes) {
    return bytes / BYTES_PER_GIB * number("object.gib.month");
  }

  /** A month of a volume of so many bytes, in US dollars, without IOPS that are bought besides. */
  double volume(String type, long bytes) {
    String name = "volume." + type + ".gib.month";
    return bytes / BYTES_PER_GIB * number(values.containsKey(name) ? name : "volume.gp3.gib.month");
  }

  private double number(String name) {
    return Double.parseDouble(text(name));
  }

  private String text(String name) {
    return Objects.requireNonNull(values.getProperty(name), name);
  }
}
