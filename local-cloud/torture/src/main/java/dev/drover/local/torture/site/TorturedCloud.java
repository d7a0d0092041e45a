package dev.drover.local.torture.site;

import dev.drover.local.launcher.cloud.AwsSimulator;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudProcesses;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.MiniStack;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.StackContext;
import dev.drover.local.torture.wire.Proxy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A cloud of its own, with the deployed stack, behind proxies. */
public final class TorturedCloud implements AutoCloseable {
  /** More on-demand runs than ten minutes have; and no job pauses because we are cruel. */
  private static final String MANY = "1000";

  /**
   * As long as the function of a queue may run, and not six times that, as on AWS: what a killed
   * one held comes again within a torture.
   */
  private static final int SEGMENT_VISIBILITY_SECONDS = 130;

  private static final int REPORT_VISIBILITY_SECONDS = 70;

  private final DeployedStack stack;
  private final Proxy services;
  private final Proxy ebs;
  private final Account account;
  private final CloudProcesses processes;
  private final SimulatorControl simulator;
  private final List<Place> places;

  private TorturedCloud(DeployedStack stack, Proxy services, Proxy ebs, List<Place> places) {
    this.stack = stack;
    this.places = List.copyOf(places);
    this.simulator = new SimulatorControl(URI.create(stack.cloud().ebsUrl() + "/_drover/"));
    this.services = services;
    this.ebs = ebs;
    this.account = new Account(stack);
    this.processes =
        new CloudProcesses(CloudState.ofRunning(new CloudHome(stack.cloud().home())).cloudId());
  }

  /** Starts it. */
  public static TorturedCloud start(LocalCloudSettings settings, List<Place> places) {
    Proxy services = Proxy.open();
    Proxy ebs = Proxy.open();
    LocalCloud cloud =
        LocalCloud.start(
            settings,
            List.of(new AwsSimulator(), new ProxiedMiniStack(new MiniStack(), services, ebs)));
    DeployedStack stack =
        DeployedStack.on(
            cloud,
            StackContext.LOCAL
                .withConnectors(Place.declarations(places))
                .with("onDemandRuns", MANY)
                .with("failuresBeforePause", MANY));
    TorturedCloud started = new TorturedCloud(stack, services, ebs, places);
    started
        .segmentQueueUrls()
        .forEach(url -> started.shortenVisibility(url, SEGMENT_VISIBILITY_SECONDS));
    started.shortenVisibility(stack.output("ReportQueueUrl"), REPORT_VISIBILITY_SECONDS);
    return started;
  }

  private void shortenVisibility(String queueUrl, int seconds) {
    account
        .sqs()
        .setQueueAttributes(
            request ->
                request
                    .queueUrl(queueUrl)
                    .attributes(
                        Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, Integer.toString(seconds))));
  }

  public DeployedStack stack() {
    return stack;
  }

  /** Between the functions and every service but EBS and EC2. */
  public Proxy services() {
    return services;
  }

  /** Between the functions, and EBS and EC2. */
  public Proxy ebs() {
    return ebs;
  }

  public Account account() {
    return account;
  }

  /** What the simulator of EBS and EC2 is told. */
  public SimulatorControl simulator() {
    return simulator;
  }

  /** The environments of its connectors. */
  public List<String> environments() {
    return places.stream().map(Place::environment).distinct().toList();
  }

  /** Where S3 tells of segments, a queue an environment. */
  public List<String> segmentQueueUrls() {
    return environments().stream()
        .map(environment -> queueUrl(stack.output("SegmentQueuePrefix") + environment))
        .toList();
  }

  /** Every queue of the stack but those of dead letters. */
  public List<String> workQueueUrls() {
    return account.sqs().listQueuesPaginator(request -> {}).queueUrls().stream()
        .filter(url -> url.contains("Drover"))
        .filter(url -> !isOfDeadLetters(url))
        .toList();
  }

  /** The queues of what nobody could do. */
  public List<String> deadLetterQueueUrls() {
    return account.sqs().listQueuesPaginator(request -> {}).queueUrls().stream()
        .filter(TorturedCloud::isOfDeadLetters)
        .toList();
  }

  private static boolean isOfDeadLetters(String queueUrl) {
    return queueUrl.endsWith("-dead")
        || queueUrl.contains("DeadLetters")
        || queueUrl.contains("Failed");
  }

  /** Starts the simulator again if it has ended; it keeps its state on disk. */
  public void restartEndedServers() {
    stack.cloud().restartEndedServers();
  }

  /** The JVM of the simulator. */
  public List<ProcessHandle> simulatorProcess() {
    return processes.find().stream()
        .filter(process -> commandLine(process).contains("SimulatorMain"))
        .toList();
  }

  /** A queue's URL by its name. */
  public String queueUrl(String name) {
    return account.sqs().getQueueUrl(request -> request.queueName(name)).queueUrl();
  }

  /** The JVMs that run a function, by its handler's class without package. */
  public List<ProcessHandle> functions(String handler) {
    return processes.find().stream()
        .filter(process -> commandLine(process).contains(handler))
        .toList();
  }

  /** Every JVM that runs a function. */
  public List<ProcessHandle> functions() {
    return functions("lambda.runtime.api.client.AWSLambda");
  }

  /** MiniStack's own process. */
  public List<ProcessHandle> miniStack() {
    return processes.find().stream()
        .filter(process -> commandLine(process).contains("ministack_drover.py"))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "cmdline"),
              StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  @Override
  public void close() {
    account.close();
    simulator.close();
    stack.close();
    services.close();
    ebs.close();
  }
}
