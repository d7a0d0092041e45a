package dev.drover.connector.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.pulse.Limits;
import dev.drover.connector.yaml.InvalidYamlException;
import dev.drover.connector.yaml.StrictYaml;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final Path FOLDER = Path.of("/etc/drover");
  private static final String REQUIRED =
      """
      connectorId: c-0123456789abcdef0
      environment: site
      region: eu-central-1
      bucket: drover-data
      taskQueueUrl: https://sqs.eu-central-1.amazonaws.com/123456789012/Drover-tasks
      stateDirectory: state
      source:
        type: folder
        directory: /srv/images
      """;

  private static final String VSPHERE =
      REQUIRED.replace(
          "  type: folder\n  directory: /srv/images\n",
          """
            type: vsphere
            address: https://vcenter.example.com
            user: drover@vsphere.local
            passwordFile: vsphere.password
          """);

  @Test
  void of_onlyWhatIsRequired_hasTheseDefaults() {
    assertThat(parse(REQUIRED, 256L << 20))
        .isEqualTo(
            new ConnectorConfig(
                new ConnectorId("c-0123456789abcdef0"),
                new EnvironmentName("site"),
                "eu-central-1",
                "drover-data",
                URI.create("https://sqs.eu-central-1.amazonaws.com/123456789012/Drover-tasks"),
                FOLDER.resolve("state"),
                new SourceConfig.Folder(Path.of("/srv/images"), false),
                2,
                4,
                24,
                1,
                Duration.ofSeconds(300),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                new Limits(Duration.ofMinutes(10), Duration.ofMinutes(10)),
                3));
  }

  @Test
  void of_allowWriters_isTrueOrFalse() {
    assertThat(parse(REQUIRED + "  allowWriters: true\n").source())
        .isEqualTo(new SourceConfig.Folder(Path.of("/srv/images"), true));
    assertThatThrownBy(() -> parse(REQUIRED + "  allowWriters: yes\n"))
        .hasMessageContaining("allowWriters")
        .hasMessageContaining("write true or false");
  }

  @Test
  void of_sourceOfUnknownType_saysWhichAreKnown() {
    assertThatThrownBy(() -> parse(REQUIRED.replace("type: folder", "type: tape")))
        .hasMessageEndingWith("source.type is 'tape', known are 'folder' and 'vsphere'");
  }

  @Test
  void of_vsphereWithoutMore_hasTheseDefaults() {
    assertThat(parse(VSPHERE).source())
        .isEqualTo(
            new SourceConfig.Vsphere(
                URI.create("https://vcenter.example.com"),
                "drover@vsphere.local",
                FOLDER.resolve("vsphere.password"),
                null,
                List.of(),
                SourceConfig.Quiescing.REQUIRED,
                10,
                2,
                4));
  }

  /** A host that reads the zeros of a thick disk is silent for up to an hour. */
  @Test
  void of_vsphereReadTimeout_isLongerThanAHostIsSilent() {
    assertThat(parse(VSPHERE).limits().read()).isEqualTo(Duration.ofMinutes(65));
    assertThat(parse(VSPHERE + "readTimeoutSeconds: 900\n").limits().read())
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void of_vsphereWithAll_isReadWhole() {
    String text =
        VSPHERE.replace("example.com", "example.com:8443/sdk")
            + """
              caFile: /etc/ssl/vmca.pem
              fingerprints: ["AB:CD"]
              quiescing: ifPossible
              minFreePercent: 0
              disksPerHost: 1
              disksPerDatastore: 8
            """;
    assertThat(parse(text).source())
        .isEqualTo(
            new SourceConfig.Vsphere(
                URI.create("https://vcenter.example.com:8443"),
                "drover@vsphere.local",
                FOLDER.resolve("vsphere.password"),
                Path.of("/etc/ssl/vmca.pem"),
                List.of("AB:CD"),
                SourceConfig.Quiescing.IF_POSSIBLE,
                0,
                1,
                8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://vcenter.example.com",
        "vcenter.example.com",
        "https://drover:secret@vcenter.example.com",
        "https://vcenter.example.com/ui",
      })
  void of_vsphereAddressThatIsNone_isRefusedWithoutShowingIt(String address) {
    assertThatThrownBy(() -> parse(VSPHERE.replace("https://vcenter.example.com", address)))
        .hasMessageContaining("source.address is no address of a vCenter or ESXi host")
        .hasMessageNotContaining("secret");
  }

  @Test
  void of_vsphereMistakes_namesThemAll() {
    String text =
        VSPHERE.replace("  user: drover@vsphere.local\n", "")
            + "  password: secret\n  quiescing: sometimes\n  disksPerHost: 9\n";
    assertThatThrownBy(() -> parse(text))
        .hasMessageContainingAll(
            "source.user is missing",
            "source.password is unknown",
            "source.quiescing is 'sometimes', write required, ifPossible or never",
            "source.disksPerHost is 9, allowed are 1 to 8")
        .hasMessageNotContaining("secret");
  }

  @Test
  void of_json_isYamlToo() {
    // The first five keys are what the stack prints, as JSON.
    String json =
        """
        {"connectorId":"c-0123456789abcdef0","environment":"site","region":"us-east-1",
        "bucket":"drover-data","taskQueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/t",
        "stateDirectory":"state","source":{"type":"folder","directory":"images"}}
        """;
    assertThat(parse(json).region()).isEqualTo("us-east-1");
  }

  @Test
  void of_manyMistakes_namesThemAll() {
    String text =
        """
        connectorId: c-1
        environment: Site
        bucket: b
        taskQueueUrl: tasks
        stateDirectory: state
        source:
          type: folder
          directory: images
          speed: 3
        slots: 0
        parallelExtents: many
        zstdLevel: 22
        heartbeatIntervalSeconds: 600
        colour: blue
        """;
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContainingAll(
            "connectorId",
            "environment",
            "region is missing",
            "bucket",
            "taskQueueUrl",
            "source.speed is unknown, known are type, directory, allowWriters",
            "slots is 0, allowed are 1 to 16",
            "parallelExtents is not a whole number",
            "zstdLevel is 22",
            "heartbeatIntervalSeconds is 600",
            "colour is unknown");
  }

  @Test
  void of_queueOfAnotherRegion_saysSo() {
    assertThatThrownBy(() -> parse(REQUIRED.replace("region: eu-central-1", "region: us-east-1")))
        .hasMessageContaining("taskQueueUrl is in eu-central-1, region is us-east-1: mend one");
    String local = "http://127.0.0.1:4566/000000000000/tasks";
    String url = "https://sqs.eu-central-1.amazonaws.com/123456789012/Drover-tasks";
    assertThat(parse(REQUIRED.replace(url, local)).taskQueueUrl()).hasHost("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not a url | is 'not a url', which is no URL of a queue",
        "tasks | is 'tasks', which is no URL of a queue",
        "http://sqs.example.org/1/t | http://sqs.example.org is not encrypted and is refused: use https"
      })
  void of_queueThatCannotBe_isNamedWithFileAndKey(String url, String complaint) {
    String queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/Drover-tasks";
    assertThatThrownBy(() -> parse(REQUIRED.replace(queue, url)))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContaining("connector.yaml: taskQueueUrl " + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"a\\0b\" | which no folder can be called: remove the character NUL",
        "/ | is the whole file system",
        "../.. | is the whole file system",
        "/srv/images | is source.directory: name a folder beside it",
        "/srv/other/../images/ | is source.directory: name a folder beside it",
        "/srv/images/state | lies in source.directory",
        "/srv | contains source.directory"
      })
  void of_stateDirectoryThatIsNotItsOwn_isRefused(String folder, String complaint) {
    assertThatThrownBy(() -> parse(REQUIRED.replace("Directory: state", "Directory: " + folder)))
        .isInstanceOf(InvalidYamlException.class)
        .message()
        .startsWith("connector.yaml: stateDirectory ")
        .contains(complaint)
        .doesNotContain("\0");
  }

  @Test
  void of_stateDirectoryThatALinkLeadsIntoTheSource_isRefused(@TempDir Path folder)
      throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), images);
    String text = REQUIRED.replace("/srv/images", images.toString());
    assertThat(parse(text).stateDirectory()).isEqualTo(FOLDER.resolve("state"));
    assertThatThrownBy(() -> parse(text.replace("Directory: state", "Directory: " + link + "/s")))
        .hasMessageContaining("lies in source.directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "- a\n- b\n", "a: b: c", "slots: 1\nslots: 2\n", "a: 1\n---\nb: 2\n"})
  void of_noMapping_saysSo(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContaining("connector.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16 | 24 | 256 | 'parallelExtents 16 with segmentMemoryMib 24 needs 488 MiB of heap, "
            + "this process has 256 MiB: lower parallelExtents to at most 7, lower segmentMemoryMib "
            + "or start with -Xmx519m'",
        "64 | 65 | 4095 | 'needs 4408 MiB of heap, this process has 4095 MiB'",
        "1 | 24 | 82 | 'needs 83 MiB of heap, this process has 82 MiB: lower segmentMemoryMib or start'",
        "1 | 1 | 32 | 'needs 60 MiB of heap, this process has 32 MiB: start with -Xmx64m'",
      })
  void of_moreThanTheHeap_saysWhatFits(int parallel, int memory, int heap, String complaint) {
    String text =
        REQUIRED + "parallelExtents: " + parallel + "\nsegmentMemoryMib: " + memory + "\n";
    assertThatThrownBy(() -> parse(text, (long) heap << 20))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void of_asMuchAsTheHeap_isTaken() {
    String text = REQUIRED + "parallelExtents: 7\n";
    assertThat(parse(text, 245L << 20).parallelExtents()).isEqualTo(7);
    assertThat(parse(REQUIRED, 256L << 20).parallelExtents()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"4, 256, 24", "4, 500, 45", "4, 656, 65", "4, 100000, 65", "64, 4096, 28"})
  void of_noSegmentMemory_isWhatHalfOfTheHeapHolds(int parallel, int heap, int memory) {
    String text = REQUIRED + "parallelExtents: " + parallel + "\n";
    assertThat(parse(text, (long) heap << 20).segmentMemoryMib()).isEqualTo(memory);
  }

  @Test
  void read_missingFile_isNamed() {
    assertThatThrownBy(() -> ConfigFile.read(Path.of("no-such-file.yaml")))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContaining("no-such-file.yaml");
  }

  private static ConnectorConfig parse(String text) {
    return parse(text, Long.MAX_VALUE);
  }

  private static ConnectorConfig parse(String text, long heapBytes) {
    return ConfigFile.of(StrictYaml.parse("connector.yaml", text), FOLDER, heapBytes);
  }
}
