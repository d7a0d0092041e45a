package dev.drover.local.launcher.stack;

import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.cloud.Surroundings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.sms.SmsClient;

/** Drover's stack on a local cloud: its API, its outputs, and connectors beside it. */
public final class DeployedStack implements AutoCloseable {
  private static final String CONNECTOR_MAIN = "dev.drover.connector.ConnectorMain";
  private static final String API_URL = "ApiUrl";

  private final LocalCloud cloud;
  private final Map<String, String> outputs;

  private DeployedStack(LocalCloud cloud, Map<String, String> outputs) {
    this.cloud = cloud;
    this.outputs = Map.copyOf(outputs);
  }

  /**
   * Starts a cloud, deploys Drover to it and returns when the API answers.
   *
   * @throws LocalCloudException if something is missing or fails; nothing is left running then
   */
  public static DeployedStack start(LocalCloudSettings settings, StackContext context) {
    return on(LocalCloud.start(settings), context);
  }

  /** The same on a cloud that was started; it is ended when that fails. */
  public static DeployedStack on(LocalCloud cloud, StackContext context) {
    try {
      DeployedStack stack = new DeployedStack(cloud, deploy(cloud, context));
      stack.awaitApi();
      cloud.ready(stack.outputs);
      return stack;
    } catch (RuntimeException e) {
      cloud.close();
      throw e;
    }
  }

  /** The stack on a cloud that another process left running; closing it ends the cloud. */
  public static DeployedStack attach(LocalCloudSettings settings, CloudState state) {
    return new DeployedStack(LocalCloud.attach(settings, state), state.outputs());
  }

  /**
   * The stack of another checkout, or of the same one, as a cloud assembly for {@link #update}.
   *
   * @throws LocalCloudException if its app fails
   */
  public Path synthesize(Repository checkout, StackContext context) {
    return new CdkDeployment(cloud.surroundings(), checkout).synthesize(context);
  }

  /**
   * Deploys an assembly over this stack, while whatever runs goes on; the outputs stay those of the
   * first deployment.
   *
   * @throws LocalCloudException if CloudFormation refuses it
   */
  public void update(Path assembly) {
    long begin = System.nanoTime();
    new CdkDeployment(cloud.surroundings()).deploy(assembly);
    cloud.tell("stack updated by the CDK CLI", begin);
  }

  /** The cloud that it is deployed to. */
  public LocalCloud cloud() {
    return cloud;
  }

  /** The API, as clients of this machine reach it. */
  public URI apiUrl() {
    return URI.create(CloudEnvironment.localApiUrl(cloud.endpointUrl(), output(API_URL)));
  }

  /**
   * One output of the stack.
   *
   * @throws LocalCloudException if it has none of that name
   */
  public String output(String name) {
    String value = outputs.get(name);
    if (value == null) {
      throw new LocalCloudException(
          "The stack has no output " + name + "; it has " + outputs.keySet() + ".");
    }
    return value;
  }

  /**
   * What a client needs in its environment: that of the cloud; and the model with which {@code aws
   * sms} signs for API Gateway.
   */
  public Map<String, String> environment() {
    Map<String, String> variables = cloud.environment();
    variables.put("AWS_ENDPOINT_URL_SMS", apiUrl().toString());
    variables.put("AWS_DATA_PATH", cloud.settings().repository().smsModel().toString());
    return variables;
  }

  /** The real SMS client against {@link #apiUrl}; the caller closes it. */
  public SmsClient smsClient() {
    return SmsClients.create(apiUrl());
  }

  /** How the default connector is started over a folder, its state in the cloud's home. */
  public ConnectorStart connectorOver(Path serversDirectory) {
    return connectorOver(new ConnectorSource.Folder(serversDirectory));
  }

  /** The same over any source. */
  public ConnectorStart connectorOver(ConnectorSource source) {
    return ConnectorStart.over(source, cloud.home().resolve("data"));
  }

  /** Starts one of the stack's connectors as a process; does not wait for it to be healthy. */
  public RunningConnector startConnector(ConnectorStart start) {
    String component = "connector-" + start.name();
    Surroundings surroundings = cloud.surroundings();
    ConnectorFile file =
        ConnectorFile.of(
            start,
            start.source().section(surroundings.home().run()),
            output(ConnectorFile.outputName(start.name())));
    Path path = surroundings.home().run().resolve(component + ".yaml");
    CloudState.writeAtomically(path, file.yaml());
    String classPath =
        surroundings.classPath(component, cloud.settings().repository().connectorClassPath());
    List<String> command =
        new ArrayList<>(
            List.of(
                Surroundings.java(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                CONNECTOR_MAIN,
                "run",
                "--config",
                path.toString()));
    if (start.progressToTerminal()) {
      command.add("--progress");
    }
    Map<String, String> variables = new TreeMap<>(surroundings.environment());
    variables.putAll(start.environment());
    long logBegin = cloud.log(component).toFile().length();
    Process process =
        start.progressToTerminal()
            ? surroundings.processes().startOnTerminal(component, command, variables)
            : surroundings.processes().start(component, command, variables);
    cloud.add(new CloudState.Component(component, process.pid(), 0, start.source().text()));
    return new RunningConnector(file.connectorId(), process, path, cloud.log(component), logBegin);
  }

  public void awaitHealthy(RunningConnector connector) {
    StackApi.awaitHealthy(apiUrl(), connector);
  }

  /** Ends the cloud. */
  @Override
  public void close() {
    cloud.close();
  }

  private static Map<String, String> deploy(LocalCloud cloud, StackContext context) {
    CdkDeployment cdk = new CdkDeployment(cloud.surroundings());
    long begin = System.nanoTime();
    Path assembly = cdk.synthesize(context);
    cloud.tell("stack synthesized", begin);
    begin = System.nanoTime();
    cdk.bootstrap();
    Map<String, String> outputs = cdk.deploy(assembly);
    cloud.tell("stack deployed by the CDK CLI", begin);
    return outputs;
  }

  private void awaitApi() {
    long begin = System.nanoTime();
    StackApi.awaitAnswer(apiUrl(), cloud.surroundings().home().functionLogs());
    cloud.tell("the API answers at " + apiUrl(), begin);
  }
}
