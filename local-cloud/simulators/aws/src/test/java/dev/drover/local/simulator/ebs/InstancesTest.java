package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.fault.When;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceSpecification;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.Volume;

/** Instances and their volumes, beside a neighbour with one subnet, two groups and one key pair. */
final class InstancesTest {
  private static final String SUBNET = "subnet-0a";
  private static final String ROOT = "/dev/sda1";

  @TempDir Path directory;
  private Neighbour neighbour;
  private Cloud cloud;
  private String snapshot;
  private String image;

  @BeforeEach
  void start() throws IOException {
    neighbour = new Neighbour(InstancesTest::answer);
    startCloud();
    snapshot = cloud.completed(r -> r.volumeSize(2L), new TreeMap<>());
    image = cloud.register("web", snapshot, r -> {});
    cloud.passTime(Cloud.COMPLETION_DELAY);
  }

  @AfterEach
  void stop() throws IOException {
    cloud.close();
    neighbour.close();
  }

  @Test
  void instance_goesThroughItsStates_andLeavesTheVolumeThatItShall() throws IOException {
    Instance launched = run(r -> {});
    assertThat(launched.state().nameAsString()).isEqualTo("pending");
    assertThat(launched.imageId()).isEqualTo(image);
    assertThat(launched.privateIpAddress()).isEqualTo("10.0.1.4");
    assertThat(launched.securityGroups())
        .singleElement()
        .satisfies(group -> assertThat(group.groupId()).isEqualTo("sg-0d"));
    assertThat(launched.metadataOptions().httpTokensAsString()).isEqualTo("required");
    String volume = launched.blockDeviceMappings().getFirst().ebs().volumeId();

    cloud.passTime(Cloud.COMPLETION_DELAY);
    assertThat(stateOf(launched)).isEqualTo("running");
    CloudTest.assertEc2Error("VolumeInUse", () -> cloud.ec2.deleteVolume(r -> r.volumeId(volume)));
    cloud.ec2.deregisterImage(r -> r.imageId(image));
    assertThat(stateOf(launched)).isEqualTo("running");

    cloud.ec2.terminateInstances(r -> r.instanceIds(launched.instanceId()));
    assertThat(stateOf(launched)).isEqualTo("shutting-down");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    cloud.close();
    startCloud();
    cloud.passTime(Cloud.COMPLETION_DELAY.multipliedBy(9));

    assertThat(stateOf(launched)).isEqualTo("terminated");
    Volume left = cloud.ec2.describeVolumes(r -> r.volumeIds(volume)).volumes().getFirst();
    assertThat(left.stateAsString()).isEqualTo("available");
    assertThat(left.snapshotId()).isEqualTo(snapshot);
    cloud.ec2.deleteVolume(r -> r.volumeId(volume));
    CloudTest.assertEc2Error(
        "InvalidVolume.NotFound", () -> cloud.ec2.deleteVolume(r -> r.volumeId(volume)));
  }

  @Test
  void mappings_overrideTheImages() {
    Instance launched =
        run(
            r ->
                r.blockDeviceMappings(
                        Cloud.disk(
                            ROOT,
                            e ->
                                e.volumeType("gp3")
                                    .iops(4000)
                                    .encrypted(true)
                                    .deleteOnTermination(true)),
                        Cloud.disk("/dev/sdf", e -> e.volumeSize(7)))
                    .tagSpecifications(tags("instance", "web"), tags("volume", "disk")));

    List<Volume> volumes = cloud.ec2.describeVolumes(r -> {}).volumes();
    Volume root = of(volumes, ROOT);
    assertThat(root.volumeTypeAsString()).isEqualTo("gp3");
    assertThat(root.iops()).isEqualTo(4000);
    assertThat(root.encrypted()).isTrue();
    assertThat(root.kmsKeyId()).startsWith("arn:aws:kms:");
    assertThat(root.tags()).containsExactly(Ec2Values.tag("Name", "disk"));
    assertThat(of(volumes, "/dev/sdf").size()).isEqualTo(7);
    assertThat(launched.tags()).containsExactly(Ec2Values.tag("Name", "web"));

    cloud.ec2.terminateInstances(r -> r.instanceIds(launched.instanceId()));
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(cloud.ec2.describeVolumes(r -> {}).volumes())
        .extracting(Volume::size)
        .containsExactly(7);
  }

  @Test
  void badRequests_areRefusedAsEc2DoesIt_andLaunchNothing() {
    String encrypted = cloud.completed(r -> r.encrypted(true), new TreeMap<>());
    String secret = cloud.register("secret", encrypted, r -> {});
    assertRefused("InvalidAMIID.Unavailable", r -> r.imageId(secret)); // still pending
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertRefused("InvalidAMIID.NotFound", r -> r.imageId("ami-00000000000000000"));
    assertRefused("InvalidAMIID.Malformed", r -> r.imageId("web"));
    assertRefused("InvalidParameterValue", r -> r.instanceType("large"));
    assertRefused("InvalidSubnetID.NotFound", r -> r.subnetId("subnet-refused"));
    assertRefused("InvalidGroup.NotFound", r -> r.securityGroupIds("sg-none"));
    assertRefused("InvalidParameterValue", r -> r.securityGroupIds("sg-0e"));
    assertRefused("InvalidKeyPair.NotFound", r -> r.keyName("none"));
    assertRefused("InvalidParameterValue", r -> r.userData(base64(16 * 1024 + 1)));
    assertRefused("InvalidUserData.Malformed", r -> r.userData("%%%"));
    assertRefused("InvalidParameterValue", r -> r.minCount(-1).maxCount(-1));
    assertRefused(
        "InvalidBlockDeviceMapping",
        r -> r.imageId(secret).blockDeviceMappings(Cloud.disk(ROOT, e -> e.encrypted(false))));
    assertRefused(
        "InvalidBlockDeviceMapping",
        r -> r.blockDeviceMappings(Cloud.disk(ROOT, e -> e.snapshotId(encrypted))));
    assertRefused(
        "InvalidBlockDeviceMapping",
        r -> r.blockDeviceMappings(Cloud.disk(ROOT, e -> e.volumeSize(1))));
    assertRefused(
        "InvalidParameterDependency",
        r -> r.blockDeviceMappings(Cloud.disk(ROOT, e -> e.kmsKeyId("key"))));
    assertRefused(
        "InvalidParameterCombination",
        r -> r.blockDeviceMappings(Cloud.disk(ROOT, e -> e.volumeType("gp2").throughput(200))));
    assertRefused("InvalidParameterCombination", r -> r.networkInterfaces(publicInterface()));
    assertRefused(
        "InvalidParameterValue",
        r ->
            r.tagSpecifications(
                TagSpecification.builder()
                    .resourceType("instance")
                    .tags(Ec2Values.tag("aws:cloudformation:stack-name", "mine"))
                    .build()));

    assertThat(cloud.ec2.describeInstances(r -> {}).reservations()).isEmpty();
    assertThat(cloud.ec2.describeVolumes(r -> {}).volumes()).isEmpty();
    assertThat(run(r -> r.userData(base64(16 * 1024)).keyName("known")).keyName())
        .isEqualTo("known");
  }

  @Test
  void clientToken_sameCall_isTheSameInstance() {
    Instance first = run(r -> r.clientToken("once"));

    assertThat(run(r -> r.clientToken("once")).instanceId()).isEqualTo(first.instanceId());
    assertRefused(
        "IdempotentParameterMismatch", r -> r.clientToken("once").instanceType("t3.large"));
    assertThat(run(r -> {}).privateIpAddress()).isEqualTo("10.0.1.5");
  }

  @Test
  void networkInterface_givesAPublicAddress() {
    Instance launched = run(r -> r.subnetId(null).networkInterfaces(publicInterface()));

    assertThat(launched.publicIpAddress()).isEqualTo("203.0.113.1");
    assertThat(launched.publicDnsName()).isEqualTo("ec2-203-0-113-1.compute-1.amazonaws.com");
  }

  @Test
  void consoleAndChecks_claimNoBoot() {
    String id = run(r -> {}).instanceId();
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(cloud.ec2.getConsoleOutput(r -> r.instanceId(id)).output()).isEmpty();
    assertThat(cloud.ec2.describeInstanceStatus(r -> {}).instanceStatuses())
        .singleElement()
        .satisfies(
            status ->
                assertThat(status.instanceStatus().statusAsString()).isEqualTo("initializing"));
  }

  @Test
  void tags_ofInstances_changeAndFilter() {
    String id = run(r -> {}).instanceId();
    cloud.ec2.createTags(r -> r.resources(id).tags(Ec2Values.tag("tier", "web")));

    assertThat(
            cloud
                .ec2
                .describeInstances(r -> r.filters(Ec2Values.filter("tag:tier", "web")))
                .reservations())
        .hasSize(1);
    assertThat(
            cloud
                .ec2
                .describeInstances(r -> r.filters(Ec2Values.filter("tag:tier", "db")))
                .reservations())
        .isEmpty();
    CloudTest.assertEc2Error(
        "InvalidInstanceID.NotFound",
        () -> cloud.ec2.describeInstances(r -> r.instanceIds("i-00000000000000000")));
  }

  @Test
  void faultRule_appliesToRunInstances() {
    cloud.simulator.replaceFaults(
        List.of(
            new FaultRule.Refuse(
                "RunInstances", new When.FirstCalls(1), FaultRule.Refusal.THROTTLE_ACCOUNT)));

    assertRefused("RequestLimitExceeded", r -> {});
    assertThat(run(r -> {}).instanceId()).startsWith("i-");
  }

  private void startCloud() throws IOException {
    URI url = neighbour.url();
    cloud = Cloud.start(directory.resolve("data"), settings -> settings.withForwardUrl(url));
  }

  private Instance run(Consumer<RunInstancesRequest.Builder> change) {
    return cloud
        .ec2
        .runInstances(
            r ->
                change.accept(
                    r.imageId(image)
                        .instanceType("t3.small")
                        .subnetId(SUBNET)
                        .minCount(1)
                        .maxCount(1)))
        .instances()
        .getFirst();
  }

  private void assertRefused(String code, Consumer<RunInstancesRequest.Builder> change) {
    CloudTest.assertEc2Error(code, () -> run(change));
  }

  private String stateOf(Instance instance) {
    return cloud
        .ec2
        .describeInstances(r -> r.instanceIds(instance.instanceId()))
        .reservations()
        .getFirst()
        .instances()
        .getFirst()
        .state()
        .nameAsString();
  }

  private static Volume of(List<Volume> volumes, String device) {
    return volumes.stream()
        .filter(volume -> volume.attachments().getFirst().device().equals(device))
        .findFirst()
        .orElseThrow();
  }

  private static TagSpecification tags(String type, String name) {
    return TagSpecification.builder().resourceType(type).tags(Ec2Values.tag("Name", name)).build();
  }

  private static InstanceNetworkInterfaceSpecification publicInterface() {
    return InstanceNetworkInterfaceSpecification.builder()
        .deviceIndex(0)
        .subnetId(SUBNET)
        .associatePublicIpAddress(true)
        .build();
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  private static String answer(String call) {
    if (call.contains("refused")) {
      return "<Response><Errors><Error><Code>InvalidSubnetID.NotFound</Code><Message>no</Message>"
          + "</Error></Errors></Response>";
    }
    return "<Answer>"
        + "<subnetSet><item><subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId>"
        + "<availabilityZone>us-east-1a</availabilityZone><cidrBlock>10.0.1.0/24</cidrBlock>"
        + "</item></subnetSet>"
        + "<securityGroupInfo>"
        + "<item><groupId>sg-0d</groupId><groupName>default</groupName><vpcId>vpc-0a</vpcId></item>"
        + "<item><groupId>sg-0e</groupId><groupName>far</groupName><vpcId>vpc-0b</vpcId></item>"
        + "</securityGroupInfo>"
        + "<keySet><item><keyName>known</keyName></item></keySet>"
        + "</Answer>";
  }
}
