package dev.drover.infra;

import java.io.Serial;
import java.util.List;

/** The context of the app holds settings that cannot be used; its message names all of them. */
final class InvalidSettingsException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  InvalidSettingsException(List<String> problems) {
    super("cdk.json or -c: " + String.join("; ", problems));
  }
}
