package dev.drover.connector;

import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.Site;
import dev.drover.connector.site.WireCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A connector in a JVM of its own, so that it can be killed. */
final class ConnectorProcess implements AutoCloseable {
  /**
   * It lives for a second or two: what C2 compiles and what G1 prepares meanwhile costs more than
   * it saves. Not for who asks for a heap: he sends whole disks, which C2 hashes many times faster,
   * and gets the collector that connectors have.
   */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Process process;
  private final Path output;

  private ConnectorProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static Path writeConfig(Site site, WireCloud cloud) throws IOException {
    Path file = site.state().resolveSibling("connector.yaml");
    Files.writeString(
        file,
        """
        connectorId: %s
        environment: %s
        region: us-east-1
        bucket: %s
        taskQueueUrl: %s
        stateDirectory: state
        source:
          type: folder
          directory: servers
        parallelExtents: 1
        heartbeatIntervalSeconds: 1
        statusIntervalSeconds: 1
        """
            .formatted(
                FakeCloud.CONNECTOR, FakeCloud.ENVIRONMENT, WireCloud.BUCKET, cloud.queueUrl()));
    return file;
  }

  /**
   * @param vm options of the JVM; without any it gets those of a short life
   */
  static ConnectorProcess start(WireCloud cloud, Path output, List<String> vm, String... args)
      throws IOException {
    return start(cloud, output, vm, Map.of(), args);
  }

  static ConnectorProcess start(
      WireCloud cloud,
      Path output,
      List<String> vm,
      Map<String, String> environment,
      String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    if (vm.isEmpty()) {
      command.addAll(SHORT_LIVED);
    }
    command.addAll(vm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ConnectorMain.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ENDPOINT_URL", cloud.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test"));
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return new ConnectorProcess(builder.start(), output);
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill}. */
  void terminate() {
    process.destroy();
  }

  int awaitExit(long seconds) throws InterruptedException, IOException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs after " + seconds + " s:\n" + output());
    }
    return process.exitValue();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
