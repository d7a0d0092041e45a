package dev.drover.connector.vsphere;

import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a VM snapshot of ours is called, and what tells it from everybody else's: {@code drover site
 * sms-run-1a2b3c4d}.
 */
record SnapshotName(EnvironmentName environment, RunId run) {
  private static final Pattern TEXT =
      Pattern.compile("drover (?<environment>[a-z0-9][a-z0-9-]{0,30}) (?<run>sms-run-[0-9a-f]{8})");

  /** Empty for a name that no snapshot of Drover's has. */
  static Optional<SnapshotName> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new SnapshotName(
            new EnvironmentName(parts.group("environment")), new RunId(parts.group("run"))));
  }

  String text() {
    return "drover " + environment + " " + run.value();
  }
}
