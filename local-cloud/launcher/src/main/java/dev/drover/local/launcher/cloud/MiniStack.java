package dev.drover.local.launcher.cloud;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every service of AWS but EBS and EC2, in one Python process. */
public final class MiniStack implements CloudServer {
  public static final String NAME = "ministack";

  private static final String EXTENSION = "ministack_drover.py";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "MiniStack";
  }

  @Override
  public StartedServer start(Surroundings surroundings) {
    Path script = Resource.copy(EXTENSION, surroundings.home().run());
    return surroundings.start(
        NAME,
        List.of(surroundings.settings().repository().cloudPython().toString(), script.toString()),
        environment(surroundings));
  }

  @Override
  public URI health(int port) {
    return URI.create("http://127.0.0.1:" + port + "/_ministack/health");
  }

  @Override
  public Map<String, String> endpoints(String url) {
    return Map.of(CloudEnvironment.ENDPOINT, url);
  }

  /** The functions inherit it: so they find the simulator, too. */
  private static Map<String, String> environment(Surroundings surroundings) {
    Map<String, String> variables = new TreeMap<>(surroundings.environment());
    variables.put("GATEWAY_PORT", Integer.toString(surroundings.port(NAME)));
    // Its default is every interface of the machine.
    variables.put("BIND_HOST", "127.0.0.1");
    variables.put("MINISTACK_HOST", "127.0.0.1");
    // It would open port 8883, of which two clouds have but one.
    variables.put("IOT_MTLS_ENABLED", "0");
    variables.put("SFTP_ENABLED", "0");
    // CDK's autoDeleteObjects function finds its S3 client here.
    variables.put("NODE_PATH", surroundings.settings().repository().nodeModules().toString());
    // Functions run as Java on this machine; their bootstrap takes the JDK from here.
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    // Of no cloud's home: the next cloud starts the same functions.
    variables.put(
        "DROVER_FUNCTION_ARCHIVES",
        surroundings.settings().repository().functionArchives().toString());
    variables.put("PYTHONDONTWRITEBYTECODE", "1");
    variables.put("DROVER_FUNCTION_LOGS", surroundings.home().functionLogs().toString());
    if (surroundings.settings().lifetime() != LocalCloudSettings.Lifetime.UNTIL_DOWN) {
      variables.put("DROVER_OWNER_PID", Long.toString(ProcessHandle.current().pid()));
      variables.put("DROVER_OWNED_HOME", surroundings.home().root().toString());
    }
    return variables;
  }
}
