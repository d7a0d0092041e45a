package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.LaunchConfiguration.Instance;
import dev.drover.functions.state.LaunchConfiguration.Network;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchConfiguration.ServerLaunch;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AppConfigurationsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T14:00:00.250Z");
  private static final AppId ID = new AppId("app-0123456789abcdef0");
  private static final ServerGroupId GROUP = new ServerGroupId("sms-group-0123456789abcdef0");
  private static final ServerId SERVER = new ServerId("s-00000001");
  private static final ServerId OTHER = new ServerId("s-00000002");

  /** DynamoDB's own limit. */
  private static final long MAX_ITEM_BYTES = 400 * 1024;

  private final Sample sample = new Sample();
  private final AppConfigurations configurations = sample.state.appConfigurations();

  @Test
  void putReplication_isReadAsItWas() {
    List<ReplicationSettings> settings =
        List.of(
            new ReplicationSettings(SERVER, NOW, 12, false, "BYOL", 3, true, "alias/ours"),
            new ReplicationSettings(OTHER, null, null, null, null, null, null, null));

    assertThat(configurations.replication(ID)).isEmpty();
    sample.commits(configurations.putReplication(ID, settings));

    assertThat(configurations.replication(ID)).isEqualTo(settings);
  }

  @Test
  void putLaunch_isReadAsItWas() {
    LaunchConfiguration launch =
        new LaunchConfiguration(
            "sms-launch",
            List.of(
                new LaunchConfiguration.Group(
                    GROUP,
                    1,
                    List.of(
                        launch(SERVER, "k"),
                        new ServerLaunch(
                            OTHER,
                            null,
                            new Network(null, null, null, null),
                            new Instance(null, null, null, null, null, null)))),
                new LaunchConfiguration.Group(GROUP, null, List.of())));

    assertThat(configurations.launch(ID)).isEmpty();
    sample.commits(configurations.putLaunch(ID, launch));

    assertThat(configurations.launch(ID)).contains(launch);
    sample.commits(configurations.removeAll(ID));
    assertThat(configurations.launch(ID)).isEmpty();
  }

  private static ServerLaunch launch(ServerId server, String key) {
    String bucket = "sms-app-" + "b".repeat(55);
    return new ServerLaunch(
        server,
        "l".repeat(255),
        new Network("vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "sg-01234567", true),
        new Instance(
            "t".repeat(30) + "." + "t".repeat(30),
            "k".repeat(255),
            "p".repeat(128),
            new S3Object(bucket, key),
            new S3Object(bucket, key),
            "POWERSHELL_SCRIPT"));
  }

  @Test
  void item_ofTheLargestLaunch_fitsIntoDynamoDb() {
    LaunchConfiguration largest =
        new LaunchConfiguration(
            "r".repeat(128),
            IntStream.range(0, 80)
                .mapToObj(
                    i ->
                        new LaunchConfiguration.Group(
                            GROUP,
                            i,
                            List.of(
                                launch(new ServerId("s-%08x".formatted(i)), "k".repeat(1_024)))))
                .toList());

    assertThat(ItemSize.bytes(LaunchConfigurationCodec.item("APP#" + ID, largest).attributes()))
        .isBetween(200_000L, MAX_ITEM_BYTES);
  }
}
