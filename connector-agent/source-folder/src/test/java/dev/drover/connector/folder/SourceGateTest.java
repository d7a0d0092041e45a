package dev.drover.connector.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no server whole and exact is refused with a sentence: nothing of it is ever sent. */
class SourceGateTest {
  private static final int MIB = 1 << 20;

  @TempDir Path temporary;
  private Path root;
  private FolderSource source;

  @BeforeEach
  void makeFolder() throws IOException {
    root = Files.createDirectory(temporary.resolve("servers")).toRealPath();
    source = new FolderSource(root, InstantSource.system());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "0 | 514649fb00000003 | qemu-img convert -f qcow2 -O raw",
        "0 | 514649fb00000002 | qemu-img convert -f qcow2 -O raw",
        "0 | 514649fb00000001 | qemu-img convert -f qcow -O raw",
        "0 | 51454400 | qemu-img convert -f qed -O raw",
        "0 | 4b444d5601000000 | qemu-img convert -f vmdk -O raw",
        "0 | 434f574401000000 | qemu-img convert -f vmdk -O raw",
        "0 | bebafeca00000000 | qemu-img convert -f vmdk -O raw",
        "0 | 23204469736b2044657363726970746f7246696c65 | qemu-img convert -f vmdk -O raw",
        "0 | 7668647866696c65 | qemu-img convert -f vhdx -O raw",
        "0 | 636f6e6563746978 | qemu-img convert -f vpc -O raw",
        "4193792 | 636f6e6563746978 | qemu-img convert -f vpc -O raw",
        "64 | 7f10dabe | qemu-img convert -f vdi -O raw",
        "0 | 576974686f7574467265655370616365 | qemu-img convert -f parallels -O raw",
        "0 | 576974686f754672655370616345787400 | qemu-img convert -f parallels -O raw",
        "4193792 | 6b6f6c79 | qemu-img convert -f dmg -O raw",
        "0 | 1f8b0800 | gzip -dc",
        "0 | fd377a585a00 | xz -dc",
        "0 | 28b52ffd | zstd -dc",
        "0 | 425a6839314159265359 | bzip2 -dc",
        "0 | 04224d18 | lz4 -dc",
        "0 | 894c5a4f000d0a1a0a | lzop -dc",
        "0 | 504b0304 | unzip -p",
        "0 | 377abcaf271c | 7z x -so",
        "257 | 7573746172 | tar -xOf",
        "0 | 564d4100 | vma extract",
        "0 | 70617274636c6f6e652d696d616765 | partclone.restore"
      })
  void read_imageOfAForeignFormat_isRefusedWithTheCommand(long at, String hex, String command)
      throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    overwrite(image, at, hex);
    assertRefused("a", image.toString(), command);
    serverFile("a", "format: raw");
    assertThat(listed("a").disks()).hasSize(1);
  }

  @Test
  void read_qcow2_namesTheWholeLine() throws IOException {
    Path image = sparse("a", "my root.img", 4 * MIB);
    overwrite(image, 0, "514649fb00000003");
    assertRefused(
        "a",
        "is a qcow2 image",
        "(qemu-img convert -f qcow2 -O raw '" + image + "' '" + root.resolve("a/my root.raw'"));
  }

  /** A disk may be encrypted whole, a hybrid ISO image, or a bare file system. */
  @ParameterizedTest
  @CsvSource({
    "0, 4c554b53babe0002",
    "32769, 4344303031",
    "1080, 53ef",
    "0, eb63904d53444f53",
    "510, 55aa"
  })
  void read_whatARawDiskMayHold_isTaken(long at, String hex) throws IOException {
    overwrite(sparse("a", "disk.img", 4 * MIB), at, hex);
    assertThat(source.inventory().problems()).isEmpty();
  }

  @Test
  void read_shortAndEmptyImages_areLookedAtToTheirEnd() throws IOException {
    sparse("tiny", "root.img", 1);
    sparse("none", "root.img", 0);
    assertThat(listed("tiny").disks()).hasSize(1);
    assertRefused("none", "has 0 bytes");
  }

  @Test
  void read_dotFiles_areNoDisks() throws IOException {
    sparse("a", "root.img", 4 * MIB);
    for (String name : List.of("._root.img", ".DS_Store", ".nfs0001", "._server.yaml")) {
      overwrite(sparse("a", name, 4_096), 0, "514649fb00000003");
    }
    Files.createDirectory(root.resolve("a/.snapshot"));
    Files.createDirectory(root.resolve("a/lost+found"));
    Files.createDirectories(root.resolve(".Trash-1000/files"));
    Files.createDirectory(root.resolve("lost+found"));
    assertThat(source.inventory().problems()).isEmpty();
    assertThat(listed("a").disks())
        .extracting(Report.InventoryDisk::name)
        .containsExactly("root.img");
    assertThatThrownBy(() -> source.capture(".Trash-1000", null))
        .isInstanceOf(ServerUnknownException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.vmdk", "notes.txt", "root.img.sha256", "disk", "backup"})
  void read_fileNobodyCanAccountFor_refusesTheServer(String name) throws IOException {
    sparse("a", "root.img", 4 * MIB);
    if (name.equals("backup")) {
      Files.createDirectory(root.resolve("a/backup"));
    } else {
      sparse("a", name, 100);
    }
    assertRefused("a", name, "Move it away", "list the images as disks in server.yaml");
    serverFile("a", "disks: [root.img]");
    assertThat(listed("a").disks()).hasSize(1);
  }

  @Test
  void read_strangeFileOfAKnownFormat_isNamedWithTheCommand() throws IOException {
    sparse("a", "root.img", 4 * MIB);
    overwrite(sparse("a", "data.vmdk", 4_096), 0, "4b444d56");
    assertRefused("a", "data.vmdk is a VMDK image", "-f vmdk", "data.raw");
    sparse("b", "root.img", 4 * MIB);
    overwrite(sparse("b", "root.img.gz", 4_096), 0, "1f8b08");
    assertRefused("b", "root.img.gz is compressed by gzip", "root.img.raw)");
  }

  @Test
  void read_folderWithOnlyAnImageOfAnotherFormat_isNamedWithTheCommand() throws IOException {
    overwrite(sparse("a", "disk.qcow2", 4_096), 0, "514649fb00000003");
    assertRefused("a", "disk.qcow2 is a qcow2 image", "disk.raw)");
  }

  @Test
  void read_folderNamedAsAnImage_refusesTheServer() throws IOException {
    sparse("a", "root.img", 512);
    Files.createDirectory(root.resolve("a/old.img"));
    assertRefused("a", "old.img is not a regular file");
  }

  @Test
  void read_firmwareInCapitals_refusesTheServer() throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "firmware: UEFI");
    assertRefused("a", "firmware is unknown, known are 'bios' and 'uefi'");
  }

  @Test
  void read_manyStrangeFiles_areCountedInOneSentence() throws IOException {
    sparse("a", "root.img", 4 * MIB);
    for (int i = 1; i <= 8; i++) {
      sparse("a", "x" + i + ".log", 1);
    }
    assertRefused("a", "x1.log, x2.log, x3.log, x4.log, x5.log and 3 more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.yml", "Server.yaml", "SERVER.YAML", "server.yaml.txt"})
  void read_serverFileOfAnotherName_isRefusedNotPassedOver(String name) throws IOException {
    sparse("a", "root.img", 4 * MIB);
    Files.writeString(root.resolve("a").resolve(name), "firmware: uefi");
    assertRefused("a", name + " is not read: rename it to server.yaml");
    Files.move(root.resolve("a").resolve(name), root.resolve("a").resolve("server.yaml"));
    assertThat(listed("a").firmware()).isEqualTo(Firmware.UEFI);
  }

  @ParameterizedTest
  @CsvSource({
    "no, no",
    "Yes, Yes",
    "true, true",
    "007, 007",
    "1e3, 1e3",
    "1_000, 1_000",
    "0x1F, 0x1F",
    "12:30:45, 12:30:45",
    "2026-11-26, 2026-11-26",
    "12.10, 12.10",
    "\"007\", 007"
  })
  void read_nameThatYamlWouldResolve_isTakenAsWritten(String written, String name)
      throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: " + written + "\nos: " + written + "\n");
    assertThat(listed("a").name()).isEqualTo(name);
    assertThat(listed("a").os()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"~", "null", "", "''", "[a]", "{a: b}"})
  void read_nameThatIsNoText_isRefused(String written) throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: " + written);
    assertRefused("a", "name is not a text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"name: \"a\\tb\"", "name: \"a\\nb\"", "os: \"a\\e[31m\"", "name: \"\\0\""})
  void read_controlCharacter_isRefusedBeforeTheRun(String text) throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", text);
    assertRefused("a", "server.yaml", "control character");
  }

  @Test
  void read_folderWhoseNameCannotBeShown_needsAnother() throws IOException {
    sparse("a\nb", "root.img", 512);
    assertThat(source.inventory().problems())
        .singleElement()
        .asString()
        .contains("the folder's name", "control character");
    serverFile("a\nb", "name: ab");
    assertThat(source.inventory().problems()).isEmpty();
  }

  @Test
  void read_longName_isRefusedBeforeTheCloudDropsIt() throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: " + "n".repeat(1_025));
    assertRefused("a", "name has more than 1024 characters");
  }

  @Test
  void read_serverFileOfAnotherCharset_isRefused() throws IOException {
    sparse("a", "root.img", 512);
    Path file = root.resolve("a/server.yaml");
    Files.write(file, "name: m\u00fcller".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("a", "server.yaml is not UTF-8");
    Files.write(file, "\ufeffname: web".getBytes(StandardCharsets.UTF_16LE));
    assertRefused("a", "server.yaml is not UTF-8");
    Files.write(file, "\ufeffname: m\u00fcller".getBytes(StandardCharsets.UTF_8));
    assertThat(listed("a").name()).isEqualTo("m\u00fcller");
  }

  @Test
  void read_moreDisksThanAnImageTakes_isRefusedBeforeTheRun() throws IOException {
    sparse("a", "root.img", 512);
    for (int i = 1; i < 22; i++) {
      sparse("a", "data-" + i + ".img", 512);
    }
    assertThat(listed("a").disks()).hasSize(22);
    sparse("a", "data-22.img", 512);
    assertRefused("a", "holds 23 disks, a server has at most 22");
  }

  @Test
  void serverFolder_twoDisksOfOneId_namesBoth() throws IOException {
    Path image = sparse("a", "root.img", 512);
    ServerFolder.Image one = new ServerFolder.Image("root.img", image, ImageStamp.of(image), false);
    ServerFile about = ServerFile.of(root.resolve("a"));
    assertThatThrownBy(() -> new ServerFolder("a", about, List.of(one, one)))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("root.img, root.img");
  }

  @Test
  void order_rootByName_comesFirst() throws IOException {
    sparse("a", "data.img", 512);
    sparse("a", "root.img", 512);
    sparse("a", "zeta.raw", 512);
    assertOrder("a", "root.img", "data.img", "zeta.raw");
  }

  @ParameterizedTest
  @CsvSource({"510, 55aa", "512, 4546492050415254", "4096, 4546492050415254"})
  void order_oneDiskWithAPartitionTable_isTheRoot(long at, String hex) throws IOException {
    sparse("a", "one.img", 10_000);
    overwrite(sparse("a", "two.img", 10_000), at, hex);
    assertOrder("a", "two.img", "one.img");
  }

  @Test
  void order_twoCalledRoot_isDecidedByThePartitionTable() throws IOException {
    sparse("a", "root-old.img", 10_000);
    overwrite(sparse("a", "root.img", 10_000), 510, "55aa");
    assertOrder("a", "root.img", "root-old.img");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void order_noneOrSeveralPartitionTables_isNeverGuessed(boolean partitioned) throws IOException {
    for (String name : List.of("one.img", "two.img")) {
      Path image = sparse("a", name, 10_000);
      if (partitioned) {
        overwrite(image, 510, "55aa");
      }
    }
    assertRefused("a", "which of its disks is the root disk", "one.img, two.img", "root.img");
    serverFile("a", "disks: [two.img, one.img]");
    assertOrder("a", "two.img", "one.img");
  }

  @Test
  void read_listedDisks_areTakenWhateverTheyAreCalled() throws IOException {
    sparse("a", "vda", 512);
    sparse("a", "vdb.bin", 512);
    sparse("a", "notes.txt", 5);
    serverFile("a", "disks: [vda, vdb.bin]");
    assertOrder("a", "vda", "vdb.bin");
    overwrite(root.resolve("a/vdb.bin"), 0, "514649fb00000003");
    assertRefused("a", "vdb.bin is a qcow2 image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../b/root.img", "..", ".", "/etc/hostname", "b/../root.img"})
  void read_listedDiskOfAnotherFolder_isRefused(String name) throws IOException {
    sparse("a", "root.img", 512);
    sparse("b", "root.img", 512);
    serverFile("a", "disks: [root.img, \"" + name + "\"]");
    assertRefused("a", "disks must name each image once");
  }

  @Test
  void capture_imageReplacedAfterItWasLookedAt_isNotOpened() throws IOException {
    Path image = sparse("a", "root.img", 512);
    ImageStamp seen = ImageStamp.of(image);
    Files.delete(image);
    overwrite(sparse("a", "root.img", 512), 0, "514649fb00000003");
    assertThatThrownBy(() -> ImageFile.open(image, seen))
        .isInstanceOf(SourceChangedException.class);
  }

  private void assertOrder(String server, String... names) {
    assertThat(listed(server).disks())
        .extracting(Report.InventoryDisk::name)
        .containsExactly(names);
    try (Capture capture = source.capture(server, null)) {
      assertThat(capture.disks()).extracting(CapturedDisk::label).containsExactly(names);
    }
  }

  /** Neither listed nor captured, and the sentence says why. */
  private void assertRefused(String server, String... parts) {
    SourceInventory inventory = source.inventory();
    assertThat(inventory.servers()).extracting(Report.InventoryServer::vmId).doesNotContain(server);
    assertThat(inventory.problems()).anySatisfy(problem -> assertThat(problem).contains(parts));
    assertThatThrownBy(() -> source.capture(server, null))
        .isInstanceOf(SourceUnreadableException.class);
  }

  private Report.InventoryServer listed(String server) {
    SourceInventory inventory = source.inventory();
    return inventory.servers().stream()
        .filter(listed -> listed.vmId().equals(server))
        .findFirst()
        .orElseThrow(() -> new AssertionError(inventory.problems().toString()));
  }

  private Path sparse(String server, String name, long sizeBytes) throws IOException {
    Path file = Files.createDirectories(root.resolve(server)).resolve(name);
    try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(sizeBytes);
    }
    return file;
  }

  private static void overwrite(Path file, long at, String hex) throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
      image.seek(at);
      image.write(HexFormat.of().parseHex(hex));
    }
  }

  private void serverFile(String server, String text) throws IOException {
    Files.writeString(root.resolve(server).resolve("server.yaml"), text);
  }
}
