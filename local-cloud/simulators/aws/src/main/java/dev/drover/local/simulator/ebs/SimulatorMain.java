package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.ec2.Forwarder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The simulator as a process of its own. Prints {@code ready http://127.0.0.1:PORT} when it
 * answers, and runs until it is told to end.
 */
public final class SimulatorMain {
  private static final String USAGE =
      """
      Usage: SimulatorMain --data DIR [--port N] [--forward URL] [--account ID] [--region NAME]
                           [--completion-delay-millis N] [--seed N]
      """;

  private static final int WRONG_USAGE = 2;

  private SimulatorMain() {}

  /** Starts the simulator; exits with 2 when the arguments are wrong. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setProperty(Forwarder.ALLOWED_HEADERS_PROPERTY, "host");
    EbsSimulatorSettings settings;
    try {
      settings = parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.err.print(USAGE);
      System.exit(WRONG_USAGE);
      return;
    }
    EbsSimulator simulator = EbsSimulator.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(simulator), "close"));
    System.out.println("ready " + simulator.endpoint());
    System.out.flush();
    new CountDownLatch(1).await();
  }

  static EbsSimulatorSettings parse(String[] arguments) {
    EbsSimulatorSettings settings = EbsSimulatorSettings.of(Path.of(""));
    boolean hasData = false;
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i];
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(name + " lacks its value");
      }
      hasData |= name.equals("--data");
      settings = with(settings, name, arguments[i + 1]);
    }
    if (!hasData) {
      throw new IllegalArgumentException("--data is required");
    }
    return settings;
  }

  private static EbsSimulatorSettings with(
      EbsSimulatorSettings settings, String name, String value) {
    return switch (name) {
      case "--data" -> settings.withDataDirectory(Path.of(value));
      case "--port" -> settings.withPort(Math.toIntExact(number(name, value)));
      case "--forward" -> settings.withForwardUrl(URI.create(value));
      case "--account" -> settings.withAccountId(value);
      case "--region" -> settings.withRegion(value);
      case "--completion-delay-millis" ->
          settings.withCompletionDelay(Duration.ofMillis(number(name, value)));
      case "--seed" -> settings.withSeed(number(name, value));
      default -> throw new IllegalArgumentException("there is no argument " + name);
    };
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(name + " needs a number, not " + value, notANumber);
    }
  }

  private static void close(EbsSimulator simulator) {
    try {
      simulator.close();
    } catch (IOException failed) {
      System.err.println("the simulator did not close cleanly: " + failed.getMessage());
    }
  }
}
