package dev.drover.connector.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.source.contract.ServerSourceContract;
import dev.drover.connector.source.contract.SourceFixture;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderSourceTest extends ServerSourceContract {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

  private static final Instant NOW = Instant.parse("2026-11-23T14:00:00.123456789Z");

  @TempDir Path temporary;
  private Path root;
  private FolderSource source;

  @BeforeEach
  void makeFolder() throws IOException {
    root = Files.createDirectory(temporary.resolve("servers")).toRealPath();
    source = new FolderSource(root, InstantSource.fixed(NOW));
  }

  @Override
  protected SourceFixture site() {
    return new FolderFixture(root);
  }

  @Test
  void inventory_folderWithServerFile_tellsWhatItSays() throws IOException {
    image("web", "b.img", 1_000);
    image("web", "a.raw", 2_000);
    serverFile(
        "web",
        """
        name: Web server
        os: Debian 13
        firmware: uefi
        cpus: 4
        memoryMib: 8192
        disks: [b.img, a.raw]
        """);
    SourceInventory inventory = source.inventory();
    assertThat(inventory.problems()).isEmpty();
    assertThat(inventory.servers())
        .containsExactly(
            new Report.InventoryServer(
                "web",
                "Web server",
                null,
                "Debian 13",
                Firmware.UEFI,
                4,
                8192L,
                List.of(
                    new Report.InventoryDisk(DiskId.of("web", "b.img"), "b.img", 1_000),
                    new Report.InventoryDisk(DiskId.of("web", "a.raw"), "a.raw", 2_000))));
  }

  @Test
  void inventory_whatIsNoServer_isNamed() throws IOException {
    image("web", "disk.img", 10);
    Files.writeString(root.resolve("README"), "hello");
    Files.createDirectory(root.resolve("empty"));
    image("hollow", "disk.img", 0);
    SourceInventory inventory = source.inventory();
    assertThat(inventory.servers()).extracting(Report.InventoryServer::vmId).containsExactly("web");
    assertThat(inventory.problems())
        .anyMatch(problem -> problem.contains("README"))
        .anyMatch(problem -> problem.contains("empty holds no disk image"))
        .anyMatch(problem -> problem.contains("has 0 bytes"))
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "disks: [a.img]",
        "disks: [a.img, a.img]",
        "disks: [a.img, c.img]",
        "firmware: open",
        "cpus: 0",
        "colour: blue",
        "- a"
      })
  void inventory_wrongServerFile_isAProblemOfThatServerOnly(String text) throws IOException {
    image("web", "a.img", 10);
    image("web", "b.img", 10);
    image("db", "disk.img", 10);
    serverFile("web", text);
    SourceInventory inventory = source.inventory();
    assertThat(inventory.servers()).extracting(Report.InventoryServer::vmId).containsExactly("db");
    assertThat(inventory.problems()).hasSize(1).first().asString().contains("server.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret s3cret: [",
        "s3cret-key: 1",
        "firmware: s3cret",
        "cpus: 73313370",
        "disks: [s3cret]",
        "name: s3cret\nname: s3cret"
      })
  void inventory_wrongServerFile_quotesNothingOfIt(String text) throws IOException {
    image("web", "a.img", 10);
    serverFile("web", text);
    assertThat(source.inventory().problems())
        .singleElement()
        .asString()
        .contains("server.yaml")
        .doesNotContain("s3cret", "73313370");
  }

  @Test
  void inventory_serverFileThatIsALinkOrTooLong_isRefused() throws IOException {
    image("web", "a.img", 10);
    Path secret = Files.writeString(temporary.resolve("secret"), "name: secret");
    Path file = Files.createSymbolicLink(root.resolve("web").resolve("server.yaml"), secret);
    assertThat(source.inventory().problems())
        .singleElement()
        .asString()
        .contains("server.yaml is not a regular file");
    Files.delete(file);
    serverFile("web", "#".repeat(65_537));
    assertThat(source.inventory().problems()).singleElement().asString().contains("more than");
  }

  @Test
  void inventory_linksOutOfTheFolder_areRefused() throws IOException {
    Path secret = Files.write(temporary.resolve("secret.img"), new byte[10]);
    image("web", "disk.img", 10);
    Files.createSymbolicLink(root.resolve("web").resolve("extra.img"), secret);
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.write(outside.resolve("disk.img"), new byte[10]);
    Files.createSymbolicLink(root.resolve("db"), outside);
    SourceInventory inventory = source.inventory();
    assertThat(inventory.servers()).isEmpty();
    assertThat(inventory.problems())
        .anyMatch(problem -> problem.contains("link out of"))
        .anyMatch(problem -> problem.contains("db is no folder inside"));
    assertThatThrownBy(() -> capture("web", null)).isInstanceOf(SourceUnreadableException.class);
  }

  @Test
  void capture_linkInsideTheFolder_isRead() throws IOException {
    Path real = image("images", "disk.img", 10);
    Files.createDirectory(root.resolve("web"));
    Files.createSymbolicLink(root.resolve("web").resolve("disk.img"), real);
    assertThat(disks("web")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../outside", "web/../web", "/etc", "nobody"})
  void capture_nameThatIsNoSubFolder_isUnknown(String vmId) throws IOException {
    image("web", "disk.img", 10);
    assertThatThrownBy(() -> capture(vmId, null)).isInstanceOf(ServerUnknownException.class);
  }

  @Test
  void capture_sameImages_isTheSameGeneration() throws IOException {
    image("web", "disk.img", 10);
    CaptureName first = capture("web", null);
    assertThat(capture("web", first)).isEqualTo(first);
    assertThat(capture("web", first).generation()).isEqualTo(first.generation());
  }

  @Test
  void capture_changedImages_areALaterGenerationWhateverTheClockSays() throws IOException {
    Path image = image("web", "disk.img", 10);
    CaptureName future = new CaptureName(NOW.plusSeconds(3600), "another hash");
    CaptureName next = capture("web", future);
    assertThat(next.generation()).isGreaterThan(future.generation());
    Files.setLastModifiedTime(image, FileTime.fromMillis(1));
    assertThat(capture("web", next).generation()).isGreaterThan(next.generation());
  }

  @Test
  void read_imageTouched_failsAtOnce() throws IOException {
    Path image = image("web", "disk.img", 10);
    try (Capture capture = source.capture("web", RUN, null)) {
      ImageFile content = (ImageFile) capture.disks().getFirst().content();
      content.read(0, new byte[10], 10);
      Files.setLastModifiedTime(image, FileTime.fromMillis(5));
      assertThatThrownBy(() -> content.read(0, new byte[10], 10))
          .isInstanceOf(SourceChangedException.class);
      assertThatThrownBy(capture::verifyUnchanged).isInstanceOf(SourceChangedException.class);
    }
  }

  @Test
  void verifyUnchanged_timesSetBack_fails() throws IOException {
    Path image = image("web", "disk.img", 10);
    try (Capture capture = source.capture("web", RUN, null)) {
      FileTime before = Files.getLastModifiedTime(image);
      Files.write(image, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
      Files.setLastModifiedTime(image, before);
      assertThatThrownBy(capture::verifyUnchanged).isInstanceOf(SourceChangedException.class);
    }
  }

  @Test
  void verifyUnchanged_imageReplacedByOneThatLooksTheSame_fails() throws IOException {
    Path image = image("web", "disk.img", 10);
    try (Capture capture = source.capture("web", RUN, null)) {
      Path other = Files.write(temporary.resolve("other"), new byte[10]);
      Files.setLastModifiedTime(other, Files.getLastModifiedTime(image));
      Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(capture::verifyUnchanged).isInstanceOf(SourceChangedException.class);
    }
  }

  @Test
  void verifyUnchanged_imageGone_fails() throws IOException {
    Path image = image("web", "disk.img", 10);
    try (Capture capture = source.capture("web", RUN, null)) {
      Files.delete(image);
      assertThatThrownBy(capture::verifyUnchanged).isInstanceOf(SourceChangedException.class);
    }
  }

  private CaptureName capture(String vmId, @Nullable CaptureName previous) {
    try (Capture capture = source.capture(vmId, RUN, previous)) {
      return capture.name();
    }
  }

  private List<CapturedDisk> disks(String vmId) {
    try (Capture capture = source.capture(vmId, RUN, null)) {
      return capture.disks();
    }
  }

  private Path image(String server, String name, int sizeBytes) throws IOException {
    Files.createDirectories(root.resolve(server));
    return Files.write(root.resolve(server).resolve(name), new byte[sizeBytes]);
  }

  private void serverFile(String server, String text) throws IOException {
    Files.writeString(root.resolve(server).resolve("server.yaml"), text);
  }
}
