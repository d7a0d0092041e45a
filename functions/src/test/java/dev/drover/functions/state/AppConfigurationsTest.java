package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.LaunchConfiguration.Instance;
import dev.drover.functions.state.LaunchConfiguration.Network;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchConfiguration.ServerLaunch;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
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
            true,
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
    LaunchConfiguration next = new LaunchConfiguration(null, false, List.of());
    sample.commits(configurations.putLaunch(ID, next));
    assertThat(configurations.launch(ID)).as("nothing of the one before").contains(next);
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
            true,
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

  private static Validation<AppScript> ofApp(int number, String filler) {
    return new Validation<>(
        validation(number),
        new AppScript(
            "n".repeat(3 * 255),
            new S3Object("sms-app-" + "b".repeat(55), "k".repeat(1_024)),
            "POWERSHELL_SCRIPT",
            "mi-0123456789abcdef0",
            filler,
            28_800,
            "sms-app-" + "b".repeat(55)));
  }

  private static Validation<ServerScript> ofServer(int number) {
    return new Validation<>(
        validation(number),
        new ServerScript(
            new ServerId("s-%08x".formatted(number)),
            "n".repeat(3 * 255),
            new S3Object("sms-app-" + "b".repeat(55), "k".repeat(1_024)),
            "POWERSHELL_SCRIPT"));
  }

  private static ValidationId validation(int number) {
    return new ValidationId("val-%017x".formatted(number));
  }

  @Test
  void putValidation_isReadAsItWas() {
    ValidationConfiguration validation =
        new ValidationConfiguration(
            List.of(
                ofApp(1, "./s.sh"),
                new Validation<>(
                    validation(2),
                    new AppScript(
                        null,
                        new S3Object("sms-app-b", "k"),
                        "SHELL_SCRIPT",
                        "i-01234567",
                        "x",
                        null,
                        null))),
            List.of(
                ofServer(3),
                new Validation<>(
                    validation(4),
                    new ServerScript(
                        OTHER, null, new S3Object("sms-app-b", "k"), "SHELL_SCRIPT"))));

    assertThat(configurations.validation(ID)).isEqualTo(ValidationConfiguration.NONE);
    sample.commits(configurations.putValidation(ID, validation));

    assertThat(configurations.validation(ID)).isEqualTo(validation);
    sample.commits(configurations.removeAll(ID));
    assertThat(configurations.validation(ID)).isEqualTo(ValidationConfiguration.NONE);
  }

  /** Names of 255 characters may have three bytes each, and all commands 192,000 together. */
  @Test
  void item_ofTheLargestValidation_fitsIntoDynamoDb() {
    ValidationConfiguration largest =
        new ValidationConfiguration(
            IntStream.range(0, 20).mapToObj(i -> ofApp(i, "c".repeat(192_000 / 20))).toList(),
            IntStream.range(20, 100).mapToObj(AppConfigurationsTest::ofServer).toList());

    assertThat(ItemSize.bytes(ValidationConfigurationCodec.item("APP#" + ID, largest).attributes()))
        .isBetween(350_000L, MAX_ITEM_BYTES);
  }
}
