package dev.drover.local.launcher.stack;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a connector is started beside the cloud.
 *
 * @param name the stack's connector, as the output names it: {@code Site1} for the output {@code
 *     ConnectorSite1Config}
 * @param source where its servers are
 * @param stateDirectory its journal and indexes; they outlive a restart
 * @param overrides further keys of its configuration, plain values
 * @param environment further variables of its process
 * @param progressToTerminal whether its output goes to ours, with live progress, instead of a log
 */
public record ConnectorStart(
    String name,
    ConnectorSource source,
    Path stateDirectory,
    Map<String, Object> overrides,
    Map<String, String> environment,
    boolean progressToTerminal) {

  /** What the default context of the CDK app names {@code site-1}. */
  private static final String DEFAULT_NAME = "Site1";

  public ConnectorStart {
    stateDirectory = stateDirectory.toAbsolutePath().normalize();
    overrides = Map.copyOf(overrides);
    environment = Map.copyOf(environment);
  }

  /** The default connector over a source, its state below a folder. */
  static ConnectorStart over(ConnectorSource source, Path data) {
    return new ConnectorStart(
        DEFAULT_NAME, source, data.resolve("connector-" + DEFAULT_NAME), Map.of(), Map.of(), false);
  }

  /** The same with further keys of its configuration. */
  public ConnectorStart with(Map<String, Object> more) {
    return new ConnectorStart(name, source, stateDirectory, more, environment, progressToTerminal);
  }

  /** The same with further variables of its process, for example an endpoint of one service. */
  public ConnectorStart withEnvironment(Map<String, String> more) {
    return new ConnectorStart(name, source, stateDirectory, overrides, more, progressToTerminal);
  }

  /** The same for another of the stack's connectors. */
  public ConnectorStart named(String other) {
    return new ConnectorStart(
        other,
        source,
        stateDirectory.resolveSibling("connector-" + other),
        overrides,
        environment,
        progressToTerminal);
  }

  /** The same with its live progress on our terminal. */
  public ConnectorStart onTerminal() {
    return new ConnectorStart(name, source, stateDirectory, overrides, environment, true);
  }
}
