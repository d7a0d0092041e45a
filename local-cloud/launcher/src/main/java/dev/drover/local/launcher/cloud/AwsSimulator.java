package dev.drover.local.launcher.cloud;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The EBS direct APIs, and parts of EC2 and Systems Manager: {@code local-cloud/simulators/aws}.
 */
public final class AwsSimulator implements CloudServer {
  public static final String NAME = "simulator";

  private static final String MAIN = "dev.drover.local.simulator.ebs.SimulatorMain";

  /** What C2 is left out of, see there. */
  private static final String COMPILER = "compiler.json";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "the EBS simulator";
  }

  @Override
  public StartedServer start(Surroundings surroundings) {
    Path compiler = Resource.copy(COMPILER, surroundings.home().run());
    return surroundings.start(
        NAME,
        List.of(
            Surroundings.java(),
            "-XX:+UseSerialGC",
            "-Xmn16m",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:CompilerDirectivesFile=" + compiler,
            "-cp",
            surroundings.classPath(NAME, System.getProperty("java.class.path")),
            MAIN,
            "--port",
            Integer.toString(surroundings.port(NAME)),
            "--data",
            surroundings.home().data().resolve("ebs").toString(),
            "--forward",
            surroundings.endpointUrl(),
            "--account",
            CloudEnvironment.ACCOUNT),
        surroundings.environment());
  }

  /** It writes each change below its data folder before it answers. */
  @Override
  public boolean keepsItsState() {
    return true;
  }

  @Override
  public URI health(int port) {
    return URI.create("http://127.0.0.1:" + port + "/_drover/health");
  }

  @Override
  public Map<String, String> endpoints(String url) {
    return Map.of(
        CloudEnvironment.EBS_ENDPOINT, url,
        CloudEnvironment.EC2_ENDPOINT, url,
        CloudEnvironment.SSM_ENDPOINT, url);
  }
}
