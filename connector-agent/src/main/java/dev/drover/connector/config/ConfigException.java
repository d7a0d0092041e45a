package dev.drover.connector.config;

import java.util.List;

/**
 * A configuration file that cannot be used; every complaint about it is named, not only the first.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String what, List<String> problems) {
    super(what + ": " + String.join("; ", problems));
  }
}
