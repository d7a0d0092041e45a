package dev.drover.local.acceptance;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import dev.drover.local.launcher.cloud.AwsSimulator;
import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.cloud.CloudServer;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.StartedServer;
import dev.drover.local.launcher.cloud.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.testcontainers.Testcontainers;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * LocalStack in a container, in MiniStack's place. It runs each function in a container of its own,
 * so three parties must find each other:
 *
 * <ul>
 *   <li>this machine finds LocalStack on a port of 127.0.0.1, as it finds MiniStack;
 *   <li>a function finds LocalStack by the AWS_ENDPOINT_URL that LocalStack gives it;
 *   <li>a function finds our simulator, which listens on 127.0.0.1 of this machine, through the
 *       container by which Testcontainers forwards a port of the host. Testcontainers tells only
 *       its own containers of that address; LocalStack is told to tell the functions.
 * </ul>
 *
 * <p>All of them are on Docker's default network. That a function reaches the forwarding container
 * there, and that this LocalStack takes the whole stack, is read from sources and documents; no
 * machine of ours has Docker.
 */
final class LocalStack implements CloudServer {
  /** Since 2026.03 LocalStack starts only with a token; a free one will do. */
  static final String TOKEN = "LOCALSTACK_AUTH_TOKEN";

  /** Pinned: what a tag like {@code latest} starts would be another cloud every month. */
  private static final DockerImageName IMAGE =
      DockerImageName.parse("localstack/localstack:2026.08.3");

  private static final String NAME = "localstack";
  private static final int CONTAINER_PORT = 4566;

  /** Arguments of the {@code docker run} by which LocalStack starts a function. */
  private static final String FUNCTION_FLAGS = "LAMBDA_DOCKER_FLAGS";

  static Optional<String> token() {
    return Optional.ofNullable(System.getenv(TOKEN)).filter(token -> !token.isBlank());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "LocalStack";
  }

  @Override
  public StartedServer start(Surroundings surroundings) {
    int simulatorPort = surroundings.port(AwsSimulator.NAME);
    Path log = surroundings.home().log(NAME);
    try {
      Testcontainers.exposeHostPorts(simulatorPort);
      LocalStackContainer container = new LocalStackContainer(IMAGE);
      token().ifPresent(token -> container.withEnv(TOKEN, token));
      container.setPortBindings(
          List.of("127.0.0.1:" + surroundings.port(NAME) + ":" + CONTAINER_PORT));
      container.withLogConsumer(frame -> append(log, frame));
      // Only now, when the container is about to be made, is the forwarding container's address
      // known. What is set here reaches LocalStack by the script that Testcontainers writes for it.
      container.withCreateContainerCmdModifier(
          command -> container.withEnv(FUNCTION_FLAGS, functionFlags(command, simulatorPort)));
      container.start();
      return new Container(container);
    } catch (ContainerLaunchException | IllegalStateException e) {
      throw new LocalCloudException("LocalStack does not start: " + e + ". Its log is " + log, e);
    }
  }

  @Override
  public URI health(int port) {
    return URI.create("http://127.0.0.1:" + port + "/_localstack/health");
  }

  @Override
  public Map<String, String> endpoints(String url) {
    return Map.of(CloudEnvironment.ENDPOINT, url);
  }

  private static String functionFlags(CreateContainerCmd command, int simulatorPort) {
    String simulator = "http://" + forwardingAddress(command) + ":" + simulatorPort;
    return "-e %s=%s -e %s=%s"
        .formatted(
            CloudEnvironment.EBS_ENDPOINT, simulator, CloudEnvironment.EC2_ENDPOINT, simulator);
  }

  /** By its address, not its name: a function's container knows no name of Testcontainers'. */
  private static String forwardingAddress(CreateContainerCmd command) {
    HostConfig host = Objects.requireNonNull(command.getHostConfig(), "no host configuration");
    String prefix = GenericContainer.INTERNAL_HOST_HOSTNAME + ":";
    return Arrays.stream(Objects.requireNonNull(host.getExtraHosts(), "no extra hosts"))
        .filter(entry -> entry.startsWith(prefix))
        .map(entry -> entry.substring(prefix.length()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Testcontainers forwards no port"));
  }

  private static void append(Path log, OutputFrame frame) {
    try {
      Files.writeString(
          log,
          frame.getUtf8String(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write LocalStack's log " + log, e);
    }
  }

  private record Container(LocalStackContainer container) implements StartedServer {
    @Override
    public long pid() {
      return 0;
    }

    @Override
    public OptionalInt exitCode() {
      if (container.isRunning()) {
        return OptionalInt.empty();
      }
      Long code = container.getCurrentContainerInfo().getState().getExitCodeLong();
      return OptionalInt.of(code == null ? -1 : Math.toIntExact(code));
    }

    @Override
    public void stop() {
      container.stop();
    }
  }
}
