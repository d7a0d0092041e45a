package dev.drover.local.launcher.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the CDK app is told of a deployment; the rest is its {@code cdk.json}.
 *
 * @param local the context {@code drover:local}: whether the functions run as JVMs of this machine
 * @param connectorsJson the context {@code drover:connectors}; empty for cdk.json's default
 */
public record StackContext(boolean local, Optional<String> connectorsJson) {
  /** For MiniStack, with the default connector. */
  public static final StackContext LOCAL = new StackContext(true, Optional.empty());

  /** For a cloud that has all that AWS has, with the default connector. */
  public static final StackContext AWS = new StackContext(false, Optional.empty());

  /** The same with these connectors (JSON array of name and environment). */
  public StackContext withConnectors(String json) {
    return new StackContext(local, Optional.of(json));
  }

  /** As the CDK CLI takes it, {@code key=value}. */
  List<String> values() {
    List<String> values = new ArrayList<>(List.of("drover:local=" + local));
    connectorsJson.ifPresent(json -> values.add("drover:connectors=" + json));
    return values;
  }
}
