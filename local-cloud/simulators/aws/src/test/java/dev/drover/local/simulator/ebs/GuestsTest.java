package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances whose user data runs, beside a neighbour that knows one role. */
final class GuestsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String METADATA =
      """
      #!/bin/sh
      e=$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest
      get() { curl -s -o - -w ' %{http_code}\\n' -H "X-aws-ec2-metadata-token: $t" "$e/$1"; }
      t=none; get meta-data/instance-id
      curl -s -o /dev/null -w 'ttl %{http_code}\\n' -X PUT "$e/api/token"
      t=$(curl -s -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" "$e/api/token")
      for p in meta-data/instance-id meta-data/placement/region \\
          meta-data/iam/security-credentials/ meta-data/none; do get $p; done
      get meta-data/iam/security-credentials/sms-app-web | grep Key
      get dynamic/instance-identity/document | grep region
      get user-data | head -1
      pwd; echo "$HOME"; env | cut -d= -f1 | sort | tr '\\n' ' '
      """;

  @TempDir Path directory;
  private Neighbour neighbour;
  private Cloud cloud;
  private String image;

  @BeforeEach
  void start() throws IOException {
    neighbour = new Neighbour(GuestsTest::answer);
    startCloud();
    image = cloud.register("web", cloud.completed(r -> r.volumeSize(1L), new TreeMap<>()), r -> {});
    cloud.passTime(Cloud.COMPLETION_DELAY);
  }

  @AfterEach
  void stop() throws IOException {
    cloud.close();
    neighbour.close();
  }

  @Test
  void userData_runsInAFolderOfItsOwn_withTheKeysOfItsRole() throws IOException {
    cloud.simulator.allowGuests(Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:1"));
    String id = launch(METADATA);
    assertThat(console(id)).as("it is pending").isEmpty();
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(consoleWith(id, "the user data is done"))
        .contains("its AMI " + image + " is not booted", "\n 401\n", "ttl 400\n")
        .contains("\n" + id + " 200\n", "us-east-1 200\n", "sms-app-web 200\n", "\n 404\n")
        .contains("\"AccessKeyId\" : \"ASIA-" + id + "\"", "\"SecretAccessKey\" : \"secret\"")
        .contains("\"region\" : \"us-east-1\"", "\n#!/bin/sh\n")
        .contains("\n" + directory.resolve("data/guests/" + id) + "\n")
        .contains("AWS_EC2_METADATA_SERVICE_ENDPOINT AWS_ENDPOINT_URL ")
        .doesNotContain("JAVA_HOME", "SSH_")
        .contains("part 1 ended with code 0");
  }

  @Test
  void userData_ofSeveralParts_goesOnAfterOneThatFails() throws IOException {
    cloud.simulator.allowGuests(Map.of());
    String id =
        launch(
            """
            Content-Type: multipart/mixed; boundary="b"

            --b
            Content-Type: text/x-shellscript

            #!/bin/sh
            echo first >&2; exit 3
            --b
            Content-Type: text/x-shellscript

            #!/no/such/shell
            --b
            Content-Type: text/x-shellscript

            #!/bin/sh
            echo third
            --b--
            """);
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(consoleWith(id, "the user data is done"))
        .contains("first\ndrover: part 1 ended with code 3", "third\ndrover: part 3 ended with")
        .doesNotContain("part 2 ended with code 0");
  }

  @Test
  void userData_thatNobodyAllowed_isNotRun() throws IOException {
    String id = launch("#!/bin/sh\necho ran\n");
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(console(id)).startsWith("drover: user data is not run").doesNotContain("ran\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloud.simulator.allowGuests(Map.of("LD_PRELOAD", "x.so")));
  }

  @Test
  void powershell_isRefusedOnTheConsole() throws IOException {
    cloud.simulator.allowGuests(Map.of());
    String id = launch("<powershell>\nWrite-Host 'ran'\n</powershell>");
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(consoleWith(id, "is done")).contains("(PowerShell) is not run here");
  }

  @Test
  void termination_endsWhatRuns_alsoInSessionsOfItsOwn() throws IOException {
    cloud.simulator.allowGuests(Map.of());
    String id = launch("#!/bin/sh\nsetsid sleep 600 >/dev/null &\necho $!\nsleep 600\n");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    long left =
        Long.parseLong(
            consoleWith(id, "\n1", "\n2", "\n3", "\n4", "\n5", "\n6", "\n7", "\n8", "\n9")
                .lines()
                .toList()
                .get(1));
    assertThat(ProcessHandle.of(left)).isPresent();

    cloud.ec2.terminateInstances(r -> r.instanceIds(id));

    assertGone(left);
  }

  @Test
  void restart_endsWhatRuns_andRunsNothingASecondTime() throws IOException {
    cloud.simulator.allowGuests(Map.of());
    String id = launch("#!/bin/sh\necho began\nsleep 600\n");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    consoleWith(id, "began\n");
    cloud.close();
    startCloud();

    assertThat(console(id))
        .containsOnlyOnce("began")
        .doesNotContain("ended with code")
        .endsWith("no user data is run a second time\n");
    assertThat(launchedAfterRestart()).contains("again allowed");
  }

  private String launchedAfterRestart() throws IOException {
    // The clock of a restarted cloud begins anew.
    cloud.passTime(Cloud.COMPLETION_DELAY.multipliedBy(9));
    String id = launch("#!/bin/sh\necho again allowed\n");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    return consoleWith(id, "is done");
  }

  private void startCloud() throws IOException {
    URI url = neighbour.url();
    cloud = Cloud.start(directory.resolve("data"), settings -> settings.withForwardUrl(url));
  }

  private String launch(String userData) {
    String encoded = Base64.getEncoder().encodeToString(userData.getBytes(StandardCharsets.UTF_8));
    return cloud
        .ec2
        .runInstances(
            r ->
                r.imageId(image)
                    .instanceType("t3.small")
                    .subnetId("subnet-0a")
                    .iamInstanceProfile(p -> p.name("sms-app-profile"))
                    .userData(encoded)
                    .minCount(1)
                    .maxCount(1))
        .instances()
        .getFirst()
        .instanceId();
  }

  private String console(String id) {
    String output = cloud.ec2.getConsoleOutput(r -> r.instanceId(id)).output();
    return new String(Base64.getDecoder().decode(output), StandardCharsets.UTF_8);
  }

  /** What the console says as soon as it says one of these. */
  private String consoleWith(String id, String... words) {
    Instant deadline = Instant.now().plus(LIMIT);
    String said = console(id);
    while (Instant.now().isBefore(deadline)) {
      for (String word : words) {
        if (said.contains(word)) {
          return said;
        }
      }
      said = console(id);
    }
    throw new AssertionError(said);
  }

  private static void assertGone(long process) {
    Instant deadline = Instant.now().plus(LIMIT);
    while (ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  /** A neighbour's word on roles and network. */
  static String answer(String call) {
    if (call.contains("Action=AssumeRole")) {
      assertThat(call).contains("RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fsms-app-web");
      String session = call.replaceFirst("(?s).*RoleSessionName=([^&]*).*", "$1");
      return "<R><Credentials><AccessKeyId>ASIA-%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></R>"
          .formatted(session);
    }
    return "<R><RoleName>sms-app-web</RoleName>"
        + "<subnetSet><item><subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId>"
        + "<availabilityZone>us-east-1a</availabilityZone><cidrBlock>10.0.1.0/24</cidrBlock>"
        + "</item></subnetSet>"
        + "<securityGroupInfo><item><groupId>sg-0d</groupId><groupName>default</groupName>"
        + "<vpcId>vpc-0a</vpcId></item></securityGroupInfo></R>";
  }
}
