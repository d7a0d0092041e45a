package dev.drover.local.torture.site;

import dev.drover.local.launcher.cloud.AwsSimulator;
import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.cloud.CloudServer;
import dev.drover.local.launcher.cloud.MiniStack;
import dev.drover.local.launcher.cloud.StartedServer;
import dev.drover.local.launcher.cloud.Surroundings;
import dev.drover.local.torture.wire.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * MiniStack whose functions reach every service through a proxy. Whoever else asks the cloud where
 * it is hears the truth.
 *
 * @param services before MiniStack itself
 * @param ebs before the simulator
 */
record ProxiedMiniStack(MiniStack server, Proxy services, Proxy ebs) implements CloudServer {
  /**
   * A connector that is silent is given up after 300 s; a minute here, or ten minutes would see one
   * of it.
   */
  static final String HEARTBEAT_SCALE = "0.2";

  @Override
  public String name() {
    return server.name();
  }

  @Override
  public String title() {
    return server.title();
  }

  @Override
  public StartedServer start(Surroundings surroundings) {
    services.leadTo(local(surroundings, MiniStack.NAME));
    ebs.leadTo(local(surroundings, AwsSimulator.NAME));
    Map<String, String> environment = new TreeMap<>(surroundings.environment());
    environment.put(CloudEnvironment.ENDPOINT, services.url());
    environment.put(CloudEnvironment.EBS_ENDPOINT, ebs.url());
    environment.put(CloudEnvironment.EC2_ENDPOINT, ebs.url());
    environment.put(CloudEnvironment.SSM_ENDPOINT, ebs.url());
    environment.put("DROVER_HEARTBEAT_SCALE", HEARTBEAT_SCALE);
    return server.start(
        new Surroundings(
            surroundings.settings(),
            surroundings.home(),
            surroundings.processes(),
            surroundings.ports(),
            environment));
  }

  @Override
  public URI health(int port) {
    return server.health(port);
  }

  @Override
  public Map<String, String> endpoints(String url) {
    return server.endpoints(url);
  }

  private static URI local(Surroundings surroundings, String server) {
    return URI.create("http://127.0.0.1:" + surroundings.port(server));
  }
}
