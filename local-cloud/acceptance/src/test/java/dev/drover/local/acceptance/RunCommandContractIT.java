package dev.drover.local.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.functions.account.Commands;
import dev.drover.functions.account.CommandsContract;
import dev.drover.functions.aws.SsmCommands;
import dev.drover.local.simulator.ebs.EbsSimulator;
import dev.drover.local.simulator.ebs.EbsSimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The adapter over Systems Manager keeps its port's contract against our simulator, at the wire;
 * the guest's scripts and its role come from a neighbour of a few lines.
 */
class RunCommandContractIT extends CommandsContract {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Map<String, String> SCRIPTS = new ConcurrentHashMap<>();

  private static HttpServer neighbour;
  private static EbsSimulator simulator;
  private static Commands commands;
  private static String instance;

  @BeforeAll
  static void start(@TempDir Path data) throws IOException {
    neighbour = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    neighbour.createContext("/", RunCommandContractIT::answer);
    neighbour.start();
    URI url = URI.create("http://127.0.0.1:" + neighbour.getAddress().getPort());
    simulator =
        EbsSimulator.start(
            EbsSimulatorSettings.of(data).withCompletionDelay(Duration.ZERO).withForwardUrl(url));
    simulator.allowGuests(Map.of());
    commands = new SsmCommands(LocalClients.at(simulator.endpoint(), SsmClient.builder()));
    instance =
        launch(
            LocalClients.at(simulator.endpoint(), EbsClient.builder()),
            LocalClients.at(simulator.endpoint(), Ec2Client.builder()));
    Site.await(LIMIT, "the instance is managed", () -> commands.node(instance));
  }

  @AfterAll
  static void end() throws IOException {
    simulator.close();
    neighbour.stop(0);
  }

  private static String launch(EbsClient ebs, Ec2Client ec2) {
    String snapshot = ebs.startSnapshot(start -> start.volumeSize(1L)).snapshotId();
    ebs.completeSnapshot(complete -> complete.snapshotId(snapshot).changedBlocksCount(0));
    BlockDeviceMapping root =
        BlockDeviceMapping.builder()
            .deviceName("/dev/sda1")
            .ebs(disk -> disk.snapshotId(snapshot))
            .build();
    String image =
        ec2.registerImage(
                register ->
                    register
                        .name("monitor")
                        .virtualizationType("hvm")
                        .rootDeviceName("/dev/sda1")
                        .blockDeviceMappings(root))
            .imageId();
    return ec2.runInstances(
            run ->
                run.imageId(image)
                    .instanceType("t3.small")
                    .subnetId("subnet-0a")
                    .iamInstanceProfile(profile -> profile.name("sms-app-monitor"))
                    .minCount(1)
                    .maxCount(1))
        .instances()
        .getFirst()
        .instanceId();
  }

  /** Objects of S3 by their paths; roles and the network for whatever else is asked. */
  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    String said =
        path.equals("/")
            ? "<R><RoleName>sms-app-monitor</RoleName><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><subnetSet><item><subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId><availabilityZone>us-east-1a</availabilityZone><cidrBlock>10.0.1.0/24</cidrBlock></item></subnetSet><securityGroupInfo><item><groupId>sg-0d</groupId><groupName>default</groupName><vpcId>vpc-0a</vpcId></item></securityGroupInfo></R>"
            : SCRIPTS.get(path);
    boolean isThere = said != null || exchange.getRequestMethod().equals("PUT");
    byte[] body = (said == null ? "-" : said).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(isThere ? 200 : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  protected Commands commands() {
    return commands;
  }

  @Override
  protected String managed() {
    return instance;
  }

  @Override
  protected void script(String key, String output, String error, int code) {
    SCRIPTS.put(
        "/sms-app-contract/" + key,
        "echo '%s'\n[ -z '%s' ] || echo '%s' >&2\nexit %d\n".formatted(output, error, error, code));
  }
}
