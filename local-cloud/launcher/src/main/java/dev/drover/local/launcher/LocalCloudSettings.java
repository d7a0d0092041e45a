package dev.drover.local.launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a local cloud shall be.
 *
 * @param repository the checkout whose stack is deployed
 * @param home a folder of the cloud's own: its state, logs and temporary files; nothing is written
 *     elsewhere
 * @param lifetime whether the cloud ends with this process
 * @param stack what is deployed to it
 * @param environment added to the environment of MiniStack, and so of the functions it runs
 * @param progress gets one line for each thing done
 */
public record LocalCloudSettings(
    Repository repository,
    Path home,
    Lifetime lifetime,
    Stack stack,
    Map<String, String> environment,
    Consumer<String> progress) {

  /** When a cloud ends. */
  public enum Lifetime {
    /** With the process that started it, however that ends; its home is removed. */
    THIS_PROCESS,
    /** The same, but its logs stay: what a failed test needs. */
    THIS_PROCESS_BUT_LOGS,
    /** When {@code ./drover down} ends it. */
    UNTIL_DOWN
  }

  /** What is deployed once the cloud answers. */
  public sealed interface Stack {
    /** Nothing: only MiniStack and the simulator run. */
    record None() implements Stack {}

    /**
     * Drover's own stack.
     *
     * @param connectorsJson the CDK context {@code drover:connectors}; empty for cdk.json's default
     */
    record Drover(Optional<String> connectorsJson) implements Stack {}

    /**
     * Any other CDK app that was synthesized before.
     *
     * @param assembly its {@code cdk.out}
     */
    record Synthesized(Path assembly) implements Stack {}
  }

  public LocalCloudSettings {
    home = home.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
  }

  /** Drover deployed to a cloud that ends with this process: what a test wants. */
  public static LocalCloudSettings privateCloud(Path home) {
    return new LocalCloudSettings(
        Repository.containing(Path.of("")),
        home,
        Lifetime.THIS_PROCESS_BUT_LOGS,
        new Stack.Drover(Optional.empty()),
        Map.of(),
        line -> {});
  }

  /** The same with another stack. */
  public LocalCloudSettings withStack(Stack other) {
    return new LocalCloudSettings(repository, home, lifetime, other, environment, progress);
  }

  /** The same with Drover's stack and these connectors (JSON array of name and environment). */
  public LocalCloudSettings withConnectors(String connectorsJson) {
    return withStack(new Stack.Drover(Optional.of(connectorsJson)));
  }

  /** The same with more variables in MiniStack's environment, which leak into the functions. */
  public LocalCloudSettings withEnvironment(Map<String, String> more) {
    return new LocalCloudSettings(repository, home, lifetime, stack, more, progress);
  }

  /** The same, telling its progress elsewhere. */
  public LocalCloudSettings withProgress(Consumer<String> other) {
    return new LocalCloudSettings(repository, home, lifetime, stack, environment, other);
  }
}
