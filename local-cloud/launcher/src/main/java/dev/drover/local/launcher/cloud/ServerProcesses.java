package dev.drover.local.launcher.cloud;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** Starts a cloud's processes in sessions of their own, each with its log, and waits for them. */
public final class ServerProcesses {
  /** How much of a log an error message carries. */
  private static final int LOG_TAIL_LINES = 15;

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final CloudHome home;
  private boolean refusing;

  ServerProcesses(CloudHome home) {
    this.home = home;
  }

  /** Starts a server that outlives a Ctrl-C in the terminal: only the cloud's end ends it. */
  public Process start(String name, List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = inOwnSession(command, environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(name).toFile()));
    return spawn(name, builder);
  }

  /** The same with its output on our terminal. */
  public Process startOnTerminal(
      String name, List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = inOwnSession(command, environment);
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(home.log(name).toFile()));
    return spawn(name, builder);
  }

  /** From now on nothing more starts: who ends a cloud must not race with who still fills it. */
  synchronized void refuseNew() {
    refusing = true;
  }

  /** Starts a process of the cloud; the one place where that happens. */
  public synchronized Process spawn(String name, ProcessBuilder builder) {
    if (refusing) {
      throw new LocalCloudException("The cloud is being taken down; " + name + " is not started.");
    }
    builder.redirectInput(new File("/dev/null"));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new LocalCloudException("Cannot start " + name + ": " + Reason.of(e), e);
    }
  }

  private ProcessBuilder inOwnSession(List<String> command, Map<String, String> environment) {
    List<String> inOwnSession = new ArrayList<>(List.of("setsid"));
    inOwnSession.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(inOwnSession);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.directory(home.temporary().toFile());
    return builder;
  }

  /**
   * Waits until a server answers.
   *
   * @throws LocalCloudException with the end of its log, if it ends or stays silent
   */
  void awaitReady(String name, StartedServer server, Duration limit, BooleanSupplier answers) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!answers.getAsBoolean()) {
      OptionalInt exitCode = server.exitCode();
      if (exitCode.isPresent()) {
        throw new LocalCloudException(
            name + " ended with code " + exitCode.getAsInt() + " at its start.\n" + logTail(name));
      }
      if (System.nanoTime() > deadline) {
        throw new LocalCloudException(
            name + " does not answer after " + limit.toSeconds() + " s.\n" + logTail(name));
      }
      Pause.interruptibly(POLL_INTERVAL);
    }
  }

  /** The last lines of a process's log, with its path. */
  public String logTail(String name) {
    Path log = home.log(name);
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
      return "The end of " + log + ":\n  " + String.join("\n  ", tail);
    } catch (IOException e) {
      return "Its log " + log + " cannot be read: " + Reason.of(e);
    }
  }

  public static boolean answersOk(URI uri) {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build()) {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(PROBE_TIMEOUT).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while waiting for " + uri, e);
    }
  }
}
