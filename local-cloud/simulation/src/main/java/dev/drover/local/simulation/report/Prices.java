package dev.drover.local.simulation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** AWS's list prices of one region at one date, as {@code prices.properties} has them. */
final class Prices {
  private final Properties properties = new Properties();

  Prices() {
    try (InputStream file = Prices.class.getResourceAsStream("prices.properties")) {
      if (file == null) {
        throw new IllegalStateException("the prices are missing");
      }
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What of one unit costs, in US dollars. */
  double of(String key) {
    return Double.parseDouble(text(key));
  }

  /** Region and date. */
  String about() {
    return text("region") + ", " + text("date");
  }

  private String text(String key) {
    String text = properties.getProperty(key);
    if (text == null) {
      throw new IllegalArgumentException("no price " + key);
    }
    return text;
  }
}
