package dev.drover.local.torture.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.stack.ConnectorSource;
import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import dev.drover.local.torture.wire.Proxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connector behind a proxy, with a supervisor that starts it again whenever it ends. */
public final class Connector implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(200);

  private final DeployedStack stack;
  private final Proxy proxy = Proxy.open();
  private final String accessKey;
  private final String secretKey;
  private final ConnectorStart start;
  private final Place place;
  private final Place twinPlace;
  private @Nullable RunningConnector running;
  private @Nullable RunningConnector twin;
  private Map<String, String> preload = Map.of();
  private volatile boolean closed;
  private final Thread supervisor;

  /**
   * Starts one.
   *
   * @param twinPlace a second one of its environment, for which nothing is ever started but a twin
   * @param secret of its own, so that it would be found where it does not belong
   */
  public Connector(
      TorturedCloud cloud, Place place, Place twinPlace, ConnectorSource source, String secret) {
    this.stack = cloud.stack();
    this.place = place;
    this.twinPlace = twinPlace;
    this.accessKey = "AKIA" + secret.substring(0, 16).toUpperCase(java.util.Locale.ROOT);
    this.secretKey = secret;
    proxy.leadTo(URI.create(stack.cloud().endpointUrl()));
    Map<String, Object> settings =
        Map.of(
            "statusIntervalSeconds", 5,
            "heartbeatIntervalSeconds", 5,
            "inventoryIntervalSeconds", 30,
            "readTimeoutSeconds", 90,
            "putTimeoutSeconds", 90,
            "parallelExtents", 2);
    this.start = stack.connectorOver(source).named(place.outputName()).with(settings);
    startNow();
    this.supervisor = Thread.ofVirtual().name("supervisor").start(this::supervise);
  }

  /** Between it and the cloud. */
  public Proxy proxy() {
    return proxy;
  }

  /** What must never be read in a log. */
  public String secretKey() {
    return secretKey;
  }

  /** As the API names it. */
  public synchronized String id() {
    return running().connectorId();
  }

  public synchronized RunningConnector running() {
    RunningConnector now = running;
    if (now == null) {
      throw new LocalCloudException("The connector does not run.");
    }
    return now;
  }

  /** Its end as a power cut would be it; the supervisor starts it again. */
  public synchronized void kill() {
    running().process().destroyForcibly();
  }

  /** It ends, loses its state folder, and is started again. */
  public synchronized void loseState() {
    running().kill();
    try {
      CloudHome.remove(start.stateDirectory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void startNow() {
    running = stack.startConnector(start.withEnvironment(environment(preload)));
  }

  private Map<String, String> environment(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("AWS_ENDPOINT_URL", proxy.url());
    variables.put("AWS_ACCESS_KEY_ID", accessKey);
    variables.put("AWS_SECRET_ACCESS_KEY", secretKey);
    return variables;
  }

  /** Its next process, which begins at once, has these variables too. */
  public synchronized void restartWith(Map<String, String> variables) {
    preload = Map.copyOf(variables);
    running().kill();
    startNow();
  }

  /** Starts a second process under its name, with a state folder of its own. */
  public synchronized void startTwin() {
    Map<String, Object> overrides = new HashMap<>(start.overrides());
    overrides.putAll(identity());
    twin =
        stack.startConnector(
            start
                .named(twinPlace.outputName())
                .with(overrides)
                .withEnvironment(environment(Map.of())));
  }

  /** Ends that, as a power cut would. */
  public synchronized void stopTwin() {
    RunningConnector second = twin;
    if (second != null) {
      second.kill();
      twin = null;
    }
  }

  /** What the stack says of it, so that another process can be it. */
  private Map<String, Object> identity() {
    try {
      Map<String, Object> identity = new HashMap<>();
      JSON.readTree(stack.output("Connector" + place.outputName() + "Config"))
          .properties()
          .forEach(entry -> identity.put(entry.getKey(), entry.getValue().asText()));
      return identity;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the stack's output is JSON", e);
    }
  }

  private void supervise() {
    try {
      while (!closed) {
        Pause.interruptibly(POLL);
        if (!running().process().isAlive()) {
          Pause.interruptibly(RESTART_PAUSE);
          restart();
        }
      }
    } catch (LocalCloudException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  private synchronized void restart() {
    if (!closed && !running().process().isAlive()) {
      startNow();
    }
  }

  @Override
  public void close() {
    closed = true;
    supervisor.interrupt();
    stopTwin();
    running().stop();
    proxy.close();
  }
}
