package dev.drover.local.launcher.cloud;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the cloud tells a process that is started in it.
 *
 * @param environment of every process of the cloud: where its servers are, and its mark
 * @param ports of the cloud's servers, by name, chosen before the first one starts
 */
public record Surroundings(
    LocalCloudSettings settings,
    CloudHome home,
    ServerProcesses processes,
    Map<String, Integer> ports,
    Map<String, String> environment) {

  public int port(String server) {
    return Objects.requireNonNull(ports.get(server), server);
  }

  /** Where every service answers that has no endpoint of its own. */
  public String endpointUrl() {
    return Objects.requireNonNull(environment.get(CloudEnvironment.ENDPOINT), "no such server");
  }

  public StartedServer start(
      String server, List<String> command, Map<String, String> serverEnvironment) {
    return StartedServer.of(processes.start(server, command, serverEnvironment));
  }

  /** A class path that a process may use as long as it lives. */
  public String classPath(String component, String built) {
    return switch (settings.lifetime()) {
      case THIS_PROCESS, THIS_PROCESS_BUT_LOGS -> built;
      case UNTIL_DOWN -> ClassPathCopy.into(home.data().resolve("classes-" + component), built);
    };
  }

  /** The JVM that runs this. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
