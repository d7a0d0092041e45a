package dev.drover.connector.yaml;

import dev.drover.connector.words.PlainText;
import java.util.List;

/** A YAML file that cannot be used; every complaint about it is named, not only the first. */
public final class InvalidYamlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidYamlException(String what, List<String> problems) {
    super(PlainText.of(what + ": " + String.join("; ", problems)));
  }
}
