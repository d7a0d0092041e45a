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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
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

  /** Valid for a hundred years. */
  private static final String CA =
      """
      -----BEGIN CERTIFICATE-----
      MIIBezCCASGgAwIBAgIUYPQlCrTG0GJpZAtgbsdtvFrBz5MwCgYIKoZIzj0EAwIw
      EjEQMA4GA1UEAwwHY2EudGVzdDAgFw0yNjExMjgxNTQxMjNaGA8yMTI2MTEwNDE1
      NDEyM1owEjEQMA4GA1UEAwwHY2EudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
      A0IABHneTakb5nBh1+K8ZngT/geiSap3EnfgVx9fffaw+5vomiitmNfhH1yaEdiy
      vyZ2raI7JJ+X/hD0O+izBwG21XKjUzBRMB0GA1UdDgQWBBRxcYYJESqkVeuJdLiQ
      jXalKuOpzTAfBgNVHSMEGDAWgBRxcYYJESqkVeuJdLiQjXalKuOpzTAPBgNVHRMB
      Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIAKBWhjpgZf4GAHj2Qv80HSUvif8
      +qCmLJWBLvtaMx4mAiEA8MJ6zOCyHwOI9fFU0HwVfaIWXRKneq1mmnMs416FMEk=
      -----END CERTIFICATE-----
      """;

  /** Holds what a vSphere source names. */
  @TempDir private static Path files;

  @BeforeAll
  static void writeFiles() throws IOException {
    Path password = Files.writeString(files.resolve("vsphere.password"), "secret");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(files.resolve("vmca.pem"), CA);
  }

  private static String vsphere() {
    return REQUIRED.replace(
        "  type: folder\n  directory: /srv/images\n",
        """
          type: vsphere
          address: https://vcenter.example.com
          user: drover@vsphere.local
          passwordFile: %s
        """
            .formatted(files.resolve("vsphere.password")));
  }

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
    assertThat(parse(vsphere()).source())
        .isEqualTo(
            new SourceConfig.Vsphere(
                URI.create("https://vcenter.example.com"),
                "drover@vsphere.local",
                files.resolve("vsphere.password"),
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
    assertThat(parse(vsphere()).limits().read()).isEqualTo(Duration.ofMinutes(65));
    assertThat(parse(vsphere() + "readTimeoutSeconds: 900\n").limits().read())
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void of_vsphereWithAll_isReadWhole() {
    String pin = "ab".repeat(32);
    String colons = "AB:".repeat(31) + "AB";
    String text =
        vsphere().replace("https://vcenter.example.com", "HTTPS://vcenter.example.com:8443/sdk")
            + """
              caFile: %s
              fingerprints: ["%s", "%s"]
              quiescing: ifPossible
              minFreePercent: 0
              disksPerHost: 1
              disksPerDatastore: 8
            """
                .formatted(files.resolve("vmca.pem"), pin, colons);
    assertThat(parse(text).source())
        .isEqualTo(
            new SourceConfig.Vsphere(
                URI.create("https://vcenter.example.com:8443"),
                "drover@vsphere.local",
                files.resolve("vsphere.password"),
                files.resolve("vmca.pem"),
                List.of(pin, colons),
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
        "https://vcenter.example.com:99999",
        "https://vcenter.example.com:0",
      })
  void of_vsphereAddressThatIsNone_isRefusedWithoutShowingIt(String address) {
    assertThatThrownBy(() -> parse(vsphere().replace("https://vcenter.example.com", address)))
        .hasMessageContaining("source.address is no address of a vCenter or ESXi host")
        .hasMessageNotContaining("secret");
  }

  @Test
  void of_vsphereMistakes_namesThemAll() {
    String text =
        vsphere().replace("  user: drover@vsphere.local\n", "")
            + "  password: secret\n  quiescing: sometimes\n  disksPerHost: 9\n";
    assertThatThrownBy(() -> parse(text))
        .hasMessageContainingAll(
            "source.user is missing",
            "source.password is unknown",
            "source.quiescing is 'sometimes', write required, ifPossible or never",
            "source.disksPerHost is 9, allowed are 1 to 8")
        .hasMessageNotContaining("secret");
  }

  /** Each file is looked into, so that nobody mends one after the other. */
  @Test
  void of_vsphereFilesThatAreOfNoUse_namesThemAll(@TempDir Path folder) throws IOException {
    Path open = Files.writeString(folder.resolve("open"), "secret");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    Path junk = Files.writeString(folder.resolve("junk.pem"), "-----BEGIN");
    String text =
        vsphere().replace(files.resolve("vsphere.password").toString(), open.toString())
            + "  caFile: "
            + junk
            + "\n  fingerprints: [\"zz\", \"sha256 Fingerprint=AB:CD\", \""
            + "ab".repeat(20)
            + "\"]\n  disksPerHost: 9\n";
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContainingAll(
            "source.passwordFile is " + open + ", which may be read by every user of this machine",
            "source.caFile is " + junk + ", which holds no certificates that can be used",
            "source.fingerprints has 'zz', which is no SHA-256 fingerprint",
            "source.fingerprints has 'sha256 Fingerprint=AB:CD', which is no SHA-256 fingerprint",
            "source.fingerprints has '" + "ab".repeat(20) + "', which is no SHA-256 fingerprint",
            "source.disksPerHost is 9")
        .hasMessageNotContaining("secret");
  }

  @Test
  void of_vsphereFilesThatAreNotThere_namesThemAll(@TempDir Path folder) throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    String text = vsphere().replace("vsphere.password", "none") + "  caFile: ";
    assertThatThrownBy(() -> parse(text + folder.resolve("none.pem") + "\n"))
        .hasMessageContainingAll(
            "which cannot be read (there is no such file): write the password into it",
            "none.pem, which cannot be read (there is no such file): give the file with the CA's");
    assertThatThrownBy(() -> parse(text + empty + "\n"))
        .hasMessageContaining("empty.pem, which holds no certificates");
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
