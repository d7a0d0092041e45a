package dev.drover.local.simulation.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;

/** What {@code infra-cdk} declares, as {@code deployed.properties} copies it. */
public final class Deployed {
  private final Properties properties = new Properties();

  /** Reads the copy. */
  public Deployed() {
    try (InputStream file = Deployed.class.getResourceAsStream("deployed.properties")) {
      if (file == null) {
        throw new IllegalStateException("deployed.properties is missing");
      }
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How long a call of a function may take. */
  Duration timeout(String function) {
    return Duration.ofSeconds(number(function + ".timeoutSeconds"));
  }

  /** A function's memory. */
  public int memoryMib(String function) {
    return number(function + ".memoryMib");
  }

  /** How long a message of a queue that was received stays invisible. */
  Duration visibility(String queue) {
    return Duration.ofSeconds(number(queue + ".visibilitySeconds"));
  }

  /** How long a message of a queue is kept. */
  Duration retention(String queue) {
    return Duration.ofSeconds(number(queue + ".retentionSeconds"));
  }

  /** How many calls of a queue's function there are at once. */
  int concurrency(String queue) {
    return number(queue + ".concurrency");
  }

  /** How long objects under a prefix are kept. */
  Duration lifetime(String prefix) {
    return Duration.ofDays(number(prefix + ".lifetimeDays"));
  }

  private int number(String key) {
    String text = properties.getProperty(key);
    if (text == null) {
      throw new IllegalArgumentException("deployed.properties has no " + key);
    }
    return Integer.parseInt(text);
  }
}
