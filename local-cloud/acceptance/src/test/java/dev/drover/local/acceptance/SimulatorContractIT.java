package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.EbsContracts;
import dev.drover.functions.account.EbsPorts;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.aws.EbsBlocks;
import dev.drover.functions.aws.EbsRunSnapshots;
import dev.drover.functions.aws.Ec2ImageImports;
import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.KmsEncryptionKeys;
import dev.drover.local.simulator.ebs.EbsSimulator;
import dev.drover.local.simulator.ebs.EbsSimulatorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.kms.KmsClient;

/** The adapters over EBS and EC2 keep their ports' contracts against our simulator, at the wire. */
class SimulatorContractIT extends EbsContracts {
  private static EbsSimulator simulator;
  private static EbsClient ebs;
  private static Ec2Client ec2;
  private static EbsPorts ports;

  @BeforeAll
  static void start(@TempDir Path data) throws IOException {
    simulator =
        EbsSimulator.start(EbsSimulatorSettings.of(data).withCompletionDelay(Duration.ZERO));
    ebs = LocalClients.at(simulator.endpoint(), EbsClient.builder());
    ec2 = LocalClients.at(simulator.endpoint(), Ec2Client.builder());
    Snapshots snapshots = new Ec2Snapshots(ec2);
    // Nobody answers as KMS there: the contracts name no key that would have to be looked up.
    EncryptionKeys keys =
        new KmsEncryptionKeys(ec2, LocalClients.at(simulator.endpoint(), KmsClient.builder()));
    ports =
        new EbsPorts(
            new EbsRunSnapshots(ebs, snapshots, keys),
            new EbsBlocks(ebs),
            snapshots,
            keys,
            new Ec2Images(ec2),
            new Ec2ImageImports(ec2));
  }

  @AfterAll
  static void end() throws IOException {
    simulator.close();
  }

  @Test
  void use_ofAnImageThatIsShared_saysWithWhomUntilItIsNot() {
    String snapshot = ebs.startSnapshot(start -> start.volumeSize(1L)).snapshotId();
    ebs.completeSnapshot(complete -> complete.snapshotId(snapshot).changedBlocksCount(0));
    BlockDeviceMapping root =
        BlockDeviceMapping.builder()
            .deviceName("/dev/sda1")
            .ebs(device -> device.snapshotId(snapshot))
            .build();
    String amiId =
        ec2.registerImage(
                register ->
                    register
                        .name("shared")
                        .virtualizationType("hvm")
                        .rootDeviceName("/dev/sda1")
                        .blockDeviceMappings(root))
            .imageId();
    LaunchPermission account = LaunchPermission.builder().userId("123456789012").build();

    ec2.modifyImageAttribute(
        share -> share.imageId(amiId).launchPermission(with -> with.add(account)));
    assertThat(ports.images().use(amiId)).contains("it is shared with 123456789012");

    ec2.modifyImageAttribute(
        share -> share.imageId(amiId).launchPermission(with -> with.remove(account)));
    assertThat(ports.images().use(amiId)).isEmpty();
  }

  @Override
  protected EbsPorts ports() {
    return ports;
  }

  @Override
  protected void encryptByDefault(boolean encrypted) {
    if (encrypted) {
      ec2.enableEbsEncryptionByDefault(request -> {});
    } else {
      ec2.disableEbsEncryptionByDefault(request -> {});
    }
  }
}
