package dev.drover.connector.yaml;

import java.util.List;

/** A YAML file that cannot be used; every complaint about it is named, not only the first. */
public final class InvalidYamlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidYamlException(String what, List<String> problems) {
    super(what + ": " + String.join("; ", problems));
  }
}
