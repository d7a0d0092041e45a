package dev.drover.local.launcher.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the CDK app is told of a deployment; the rest is its {@code cdk.json}.
 *
 * @param local the context {@code drover:local}: whether the functions run as JVMs of this machine
 * @param settings further keys of the context, without their {@code drover:}
 */
public record StackContext(boolean local, Map<String, String> settings) {
  /** For MiniStack, with the default connector. */
  public static final StackContext LOCAL = new StackContext(true, Map.of());

  /** For a cloud that has all that AWS has, with the default connector. */
  public static final StackContext AWS = new StackContext(false, Map.of());

  public StackContext {
    settings = Map.copyOf(settings);
  }

  /** The same with these connectors (JSON array of name and environment). */
  public StackContext withConnectors(String json) {
    return with("connectors", json);
  }

  /** The same with another value of a setting of the deployment. */
  public StackContext with(String setting, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(setting, value);
    return new StackContext(local, more);
  }

  /** As the CDK CLI takes it, {@code key=value}. */
  List<String> values() {
    List<String> values = new ArrayList<>(List.of("drover:local=" + local));
    new TreeMap<>(settings).forEach((key, value) -> values.add("drover:" + key + "=" + value));
    return values;
  }
}
