package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudStateTest {
  private static final CloudState STATE =
      new CloudState(
          "id-1",
          1_700_000_000_000L,
          true,
          List.of(
              new CloudState.Component(MiniStack.NAME, 41, 20_001, ""),
              new CloudState.Component("connector-Site1", 42, 0, "/servers")),
          Map.of("ApiUrl", "http://127.0.0.1:20001/"));

  @TempDir Path folder;

  @Test
  void read_whatWasWritten_isTheSame() {
    CloudHome home = new CloudHome(folder);
    home.create();

    STATE.write(home);

    assertThat(CloudState.read(home)).contains(STATE);
    assertThat(STATE.port(MiniStack.NAME)).isEqualTo(20_001);
  }

  @Test
  void read_homeWithoutACloud_isEmpty() {
    assertThat(CloudState.read(new CloudHome(folder))).isEmpty();
  }

  @Test
  void read_cutFile_namesItAndTheNextStep() throws IOException {
    CloudHome home = new CloudHome(folder);
    home.create();
    Files.writeString(home.run().resolve("cloud.json"), "{\"cloudId\":\"id-");

    assertThatThrownBy(() -> CloudState.read(home))
        .isInstanceOf(LocalCloudException.class)
        .hasMessageContaining("cloud.json")
        .hasMessageContaining("remove the folder");
  }

  @Test
  void port_componentThatDoesNotRun_isNamed() {
    assertThatThrownBy(() -> STATE.port(AwsSimulator.NAME)).hasMessageContaining(AwsSimulator.NAME);
  }

  @Test
  void create_homeOfAnEarlierCloud_beginsAnew() throws IOException {
    CloudHome home = new CloudHome(folder);
    home.create();
    Files.writeString(home.data().resolve("block"), "x");
    Files.writeString(home.log("cdk"), "x");

    home.create();

    assertThat(home.data()).isEmptyDirectory();
    assertThat(home.logs()).isEmptyDirectory();
  }

  @Test
  void removeAllButLogs_cloudThatEnded_keepsWhatAPersonMayRead() throws IOException {
    CloudHome home = new CloudHome(folder);
    home.create();
    Files.writeString(home.log("cdk"), "x");

    home.removeAllButLogs();

    assertThat(home.log("cdk")).exists();
    assertThat(home.run()).doesNotExist();
  }
}
