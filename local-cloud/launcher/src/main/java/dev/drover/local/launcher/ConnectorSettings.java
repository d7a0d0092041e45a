package dev.drover.local.launcher;

import java.nio.file.Path;
import java.util.Map;

/**
 * A connector to start beside the cloud.
 *
 * @param name the stack's connector, as the output names it: {@code Site1} for the output {@code
 *     ConnectorSite1Config}
 * @param serversDirectory the folder that it serves, a sub-folder a server
 * @param stateDirectory its journal and indexes; they outlive a restart
 * @param overrides further keys of its configuration, plain values
 * @param environment further variables of its process
 * @param progressToTerminal whether its output goes to ours, with live progress, instead of a log
 */
public record ConnectorSettings(
    String name,
    Path serversDirectory,
    Path stateDirectory,
    Map<String, Object> overrides,
    Map<String, String> environment,
    boolean progressToTerminal) {

  /** What the default context of the CDK app names {@code site-1}. */
  public static final String DEFAULT_NAME = "Site1";

  public ConnectorSettings {
    serversDirectory = serversDirectory.toAbsolutePath().normalize();
    stateDirectory = stateDirectory.toAbsolutePath().normalize();
    overrides = Map.copyOf(overrides);
    environment = Map.copyOf(environment);
  }

  /** The default connector over a folder, its state in the cloud's home. */
  public static ConnectorSettings over(Path serversDirectory, LocalCloud cloud) {
    return new ConnectorSettings(
        DEFAULT_NAME,
        serversDirectory,
        cloud.home().resolve("data/connector-" + DEFAULT_NAME),
        Map.of(),
        Map.of(),
        false);
  }

  /** The same with further keys of its configuration. */
  public ConnectorSettings with(Map<String, Object> more) {
    return new ConnectorSettings(
        name, serversDirectory, stateDirectory, more, environment, progressToTerminal);
  }

  /** The same with further variables of its process, for example an endpoint of one service. */
  public ConnectorSettings withEnvironment(Map<String, String> more) {
    return new ConnectorSettings(
        name, serversDirectory, stateDirectory, overrides, more, progressToTerminal);
  }

  /** The same for another of the stack's connectors. */
  public ConnectorSettings named(String other) {
    return new ConnectorSettings(
        other,
        serversDirectory,
        stateDirectory.resolveSibling("connector-" + other),
        overrides,
        environment,
        progressToTerminal);
  }

  /** The same with its live progress on our terminal. */
  public ConnectorSettings onTerminal() {
    return new ConnectorSettings(
        name, serversDirectory, stateDirectory, overrides, environment, true);
  }
}
