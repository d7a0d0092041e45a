package dev.drover.local.launcher.cloud;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A checkout of Drover and where its built and installed parts lie.
 *
 * @param root the folder that holds {@code drover} and the parent POM
 */
public record Repository(Path root) {
  /** Where {@code ./drover} installs tools and keeps state; not under version control. */
  private static final String LOCAL = ".local";

  public Repository {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * The checkout that holds a folder.
   *
   * @throws LocalCloudException if no parent of {@code start} is a checkout
   */
  public static Repository containing(Path start) {
    for (Path folder = start.toAbsolutePath().normalize();
        folder != null;
        folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("drover"))
          && Files.isDirectory(folder.resolve("infra-cdk"))) {
        return new Repository(folder);
      }
    }
    throw new LocalCloudException(
        "No checkout of Drover holds " + start + ": run this from inside one.");
  }

  /** {@code .local}, where everything that is not a build product lives. */
  public Path local() {
    return root.resolve(LOCAL);
  }

  /** The home of the cloud that {@code ./drover up} starts. */
  public Path defaultHome() {
    return local().resolve("cloud");
  }

  /** The file to {@code source} while that cloud is up. */
  public Path environmentFile() {
    return local().resolve("env");
  }

  /** The list of what a user's environment does not bring in. */
  Path environmentList() {
    return root.resolve("build/environment");
  }

  /** The folder that holds the AWS CLI, and nothing else: it goes on the user's PATH. */
  public Path clientPrograms() {
    return local().resolve("bin");
  }

  /** The Python that MiniStack is installed in. */
  public Path cloudPython() {
    return installed(local().resolve("venv-cloud/bin/python"));
  }

  /** The folder of Node libraries that the Lambda functions of CDK itself ask for. */
  public Path nodeModules() {
    return installed(local().resolve("node/node_modules"));
  }

  /** The program that {@code ./drover} builds of {@code local-cloud/simulators/vcenter}. */
  public Path simulatedVcenter() {
    return installed(root.resolve("local-cloud/simulators/vcenter/target/vcenter"));
  }

  /** The CDK CLI, in the version that infra-cdk pins. */
  public Path cdkCli() {
    return installed(infra().resolve("node_modules/.bin/cdk"));
  }

  /** The folder of the model with which the AWS CLI's {@code aws sms} signs for API Gateway. */
  public Path smsModel() {
    return local().resolve("aws-models");
  }

  public Path infra() {
    return root.resolve("infra-cdk");
  }

  public Path synthesized() {
    return local().resolve("cdk.out");
  }

  /** Where the functions' bootstrap keeps what makes their JVMs start faster. */
  Path functionArchives() {
    return local().resolve("function-archives");
  }

  /** What a synthesized template is made of: when none of it changed, neither has the template. */
  public List<Path> synthInputs() {
    return List.of(
        infra().resolve("cdk.json"),
        infra().resolve("package-lock.json"),
        infra().resolve("pom.xml"),
        infra().resolve("target/classes"),
        root.resolve("functions/target/local"),
        root.resolve("statemachines"));
  }

  /** The class path of the connector, as its module builds it. */
  public String connectorClassPath() {
    Path target = root.resolve("connector-agent/agent/target");
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new LocalCloudException(
          "The connector is not built ("
              + target.resolve("lib")
              + " is missing): run './drover up' or 'mvn package' first.");
    }
    try (var files = Files.newDirectoryStream(target, "connector-agent-*.jar")) {
      for (Path jar : files) {
        String name = jar.getFileName().toString();
        if (!name.endsWith("-tests.jar") && !name.endsWith("-sources.jar")) {
          return jar + ":" + target.resolve("lib") + "/*";
        }
      }
    } catch (java.io.IOException e) {
      throw new LocalCloudException("Cannot list " + target + ": " + Reason.of(e, target), e);
    }
    throw new LocalCloudException("No connector-agent-*.jar in " + target + ": run 'mvn package'.");
  }

  private static Path installed(Path path) {
    if (!Files.exists(path)) {
      throw new LocalCloudException(
          path + " is missing: run './drover setup', which installs the local cloud's tools.");
    }
    return path;
  }
}
