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
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no server whole and exact is refused with a sentence: nothing of it is ever sent. */
class SourceGateTest {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

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
        "0 | 70617274636c6f6e652d696d616765 | partclone.restore",
        // and what a longer list would still have missed
        "4193793 | 636f6e6563746978 | qemu-img convert -f vpc -O raw",
        "0 | 426f636873205669727475616c20484420496d616765 | -f bochs -O raw",
        "0 | 656e637263647361 | hdiutil convert",
        "4194296 | 63647361656e6372 | hdiutil convert",
        "0 | 502a4d1804000000 | zstd -dc",
        "0 | 5f2a4d1804000000 | zstd -dc",
        "0 | 27b52ffd | zstd -dc",
        "0 | 02214c18 | lz4 -dc",
        "0 | 5d00008000ffffffffffffffff00 | xz --format=lzma -dc",
        "0 | 5d0000000400000040010000000003 | xz --format=lzma -dc",
        "0 | 4c5a495001 | lzip -dc",
        "0 | 1f9d90 | uncompress -c",
        "0 | 526172211a0700 | unrar p",
        "0 | 526172211a070100 | unrar p",
        "0 | 4d53434600000000 | cabextract -p",
        "0 | 30373037303130 | cpio -i --to-stdout",
        "0 | 45564609 0d0aff00 | ewfexport",
        "0 | 455646320d0a8100 | ewfexport",
        "0 | 41464631300d0a00 | affcat",
        "0 | 4d5357494d000000 | wimapply",
        "0 | 3aff26ed01000000 | simg2img",
        "0 | 72626420696d6167652076320a | rbd import --export-format 2",
        "0 | 72626420646966662076310a | rbd import-diff",
        "0 | 5061527449 6d416745 2d566f4c754d65 | partimage restore",
        "0 | 006e7466 73636c6f 6e652d696d616765 | ntfsclone --restore-image --overwrite",
        "0 | feef01 | restore it by Ghost",
        "0 | b46e6844 | restore it by Acronis",
        "0 | 7846 5364756d7030 | xfsrestore",
        "0 | 62747266732d73747265616d00 | btrfs receive",
        "8 | accbbaf502000000 | zfs receive",
        "0 | 2321 2f62696e2f7368 0a2356322e3020466f726d6174 | extract_compressed_fs",
        "0 | 53616c7465645f5f | openssl enc -d",
        "0 | 213c617263683e0a | an ar archive or a Debian package",
        "0 | 4c69627669727451656d756453617665 | memory, saved by libvirt",
        "0 | 5145564d00000003 | memory, saved by QEMU",
        "0 | 4b44554d50202020 | memory, saved by kdump",
        "0 | d2bed2be | memory, saved by VMware",
        "0 | d1bed1be | memory, saved by VMware",
        "0 | 4349534f | ciso 0",
        "0 | 4d436f6d70724844 | chdman extracthd",
        "4194292 | 4e455235 | a CD image of Nero",
        "4194296 | 4e45524f | a CD image of Nero",
        "0 | 00ffffffffffffffffffff00 | an image of raw CD sectors",
        "0 | 78617221 | xar --to-stdout",
        "0 | ff060000734e61507059 | snzip -dc",
        "0 | 0005160700020000 | AppleDouble",
        "0 | ffd8ffe0 | a picture (JPEG)",
        "0 | 89504e470d0a1a0a | a picture (PNG)",
        "4 | 66747970 | a film (MP4)",
        "0 | 4f67675300 | a recording (Ogg)",
        "0 | d4c3b2a10200 | (pcap)",
        "0 | 0a0d0d0a 1c000000 4d3c2b1a | (pcap)",
        "0 | 5047444d50 | a dump of PostgreSQL",
        "0 | 53514c69746520666f726d6174203300 | a database of SQLite",
        "0 | cffaedfe | (Mach-O)",
        "0 | cafebabe00000041 | a class of Java",
        "0 | 5041434b00000002 | a pack of git",
        "0 | 3d79626567696e20 | (yEnc)",
        "0 | 7f454c460201 | a program (ELF)",
        "0 | 255044462d312e37 | a PDF document"
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
  void read_dumpOfAFileSystem_isRefused() throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    overwrite(image, 0, "01000000");
    assertThat(listed("a").disks()).hasSize(1);
    overwrite(image, 24, "6cea0000");
    assertRefused("a", "a backup by dump", "restore -rf");
  }

  @Test
  void read_programForUefi_isRefused() throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    overwrite(image, 0, "4d5a");
    overwrite(image, 0x3c, "80000000");
    assertThat(listed("a").disks()).hasSize(1);
    overwrite(image, 0x80, "50450000");
    assertRefused("a", "a program (PE)");
  }

  /** As tar before POSIX, without "ustar". */
  @Test
  void read_oldTar_isToldByItsSum() throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    overwrite(image, 0, hex("disk.vmdk"));
    int sum = "disk.vmdk".chars().sum() + 8 * ' ';
    overwrite(image, 148, hex("%06o\0 ".formatted(sum + 1)));
    assertThat(listed("a").disks()).hasSize(1);
    overwrite(image, 148, hex("%06o\0 ".formatted(sum)));
    assertRefused("a", "a tar archive", "tar -xOf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c771", "71c7"})
  void read_binaryCpio_isToldByItsName(String magic) throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    overwrite(image, 0, magic);
    assertThat(listed("a").disks()).hasSize(1);
    overwrite(image, 20, magic.equals("c771") ? "0500" : "0005");
    overwrite(image, 26, hex("disk"));
    assertRefused("a", "a cpio archive");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n",
        "<?xml version='1.0'?>\n<Envelope/>",
        "\ufeffversion https://git-lfs.github.com/spec/v1\n",
        "# comes first\nRW 4192256 FLAT \"disk-flat.vmdk\" 0\n",
        "m\u00fcller\n"
      })
  void read_text_isNoDisk(String text) throws IOException {
    Path image = sparse("a", "root.img", 0);
    Files.writeString(image, text);
    assertRefused("a", "root.img is text, not a raw disk image");
    Files.write(image, text.getBytes(StandardCharsets.UTF_16));
    assertRefused("a", "root.img is text, not a raw disk image");
    serverFile("a", "format: raw");
    assertThat(listed("a").disks()).hasSize(1);
  }

  /** What carries a disk over the network, saved with it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "------WebKitFormBoundaryx7\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n",
        "Content-Type: application/octet-stream\r\n\r\n",
        "10000;chunk-signature=ad80c730a21e5b8d\r\n"
      })
  void read_diskWithHeadersOfTheNetwork_isRefused(String headers) throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    overwrite(image, 0, hex(headers));
    assertRefused("a", "root.img is a download or upload with its headers");
    partition(image, "80", "83", 1, 2_047);
    assertThat(listed("a").disks()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0a", "0d0a", "00", "Z"})
  void read_vhdWithSomethingBehindItsFooter_isRefused(String behind) throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    partition(image, "80", "83", 1, 2_047);
    overwrite(image, 4 * MIB - 1, "01");
    String padding = behind.equals("Z") ? "00".repeat(8 << 10) : behind;
    overwrite(image, 4 * MIB, hex("conectix") + "00".repeat(504) + padding);
    if (!behind.isEmpty()) {
      assertThat(listed("a").disks()).hasSize(1);
    }
    overwrite(image, 4 * MIB + 48, "0000000000400000");
    assertRefused("a", "root.img is a VHD image");
  }

  /** Encrypted with a detached header: nothing tells it from noise. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void read_noise_isTaken(long seed) throws IOException {
    byte[] noise = new byte[MIB];
    new Random(seed).nextBytes(noise);
    Files.write(sparse("a", "root.img", 0), noise);
    assertThat(source.inventory().problems()).isEmpty();
  }

  /** What a disk held before it was partitioned or formatted may still stand in its first bytes. */
  @ParameterizedTest
  @CsvSource({
    "512, 4546492050415254",
    "1080, 53ef",
    "32769, 4344303031",
    "65600, 5f42485266535f4d",
    "4086, 53574150535041434532",
    "4096, fc4e2ba9"
  })
  void read_signOfARawDisk_outweighsAShortMark(long at, String sign) throws IOException {
    Path image = sparse("a", "root.img", 4 * MIB);
    for (String before : List.of("7f454c46", "255044462d", "5d00008000ffffffffffffffff00")) {
      overwrite(image, 0, before);
      assertRefused("a", "not a raw disk image");
      overwrite(image, at, sign);
      assertThat(listed("a").disks()).hasSize(1);
      overwrite(image, at, "00".repeat(sign.length() / 2));
    }
    overwrite(image, at, sign);
    overwrite(image, 0, "514649fb00000003");
    assertRefused("a", "a qcow2 image");
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
    assertThatThrownBy(() -> source.capture(".Trash-1000", RUN, null))
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
  @ValueSource(strings = {"[a]", "{a: b}"})
  void read_nameThatIsNoText_isRefused(String written) throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: " + written);
    assertRefused("a", "name is not a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"~", "null", "", "''"})
  void read_emptyName_isRefused(String written) throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: " + written);
    assertRefused("a", "server.yaml: name is empty: write a text behind it or remove the line");
  }

  /** A blank of no width, a soft hyphen, a mark of direction, an ideographic blank. */
  @ParameterizedTest
  @ValueSource(strings = {"\\u200b", "\\u00ad", "\\u200e \\u200f", "\\u3000\\u200b"})
  void read_nameThatCannotBeSeen_isRefused(String written) throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: \"" + written + "\"");
    assertRefused("a", "server.yaml: name ");
    serverFile("a", "name: \"a" + written + "\"");
    assertThat(source.inventory().problems()).isEmpty();
  }

  @Test
  void read_linkThatLeadsNowhere_saysThatItIsALink() throws IOException {
    Path image = sparse("a", "root.img", 512);
    Path link = Files.createSymbolicLink(image.resolveSibling("data.img"), Path.of("gone.img"));
    assertRefused("a", link + " is a link whose target does not exist: put the image here");
    Files.delete(link);
    Files.createSymbolicLink(link, link.getFileName());
    assertRefused("a", link + " is a link that leads back to itself: put the image here");
    Path server = Files.createSymbolicLink(root.resolve("b"), Path.of("gone"));
    assertThat(source.inventory().problems())
        .contains(server + " is a link whose target does not exist and is left out: remove it.");
  }

  @Test
  void read_oneFileAsTwoDisks_isRefused() throws IOException {
    Path image = sparse("a", "root.img", 512);
    sparse("a", "other.img", 512);
    Path second = Files.createSymbolicLink(image.resolveSibling("second.img"), image);
    assertRefused("a", "a: root.img and second.img are one file: remove one.");
    Files.delete(second);
    Files.createLink(second, image);
    assertRefused("a", "a: root.img and second.img are one file: remove one.");
    Files.delete(second);
    Files.copy(image, second);
    assertThat(listed("a").disks()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[./root.img, data.img] | entry 1 of the list is a path: write the file's name alone",
        "[root.img, date.img] | entry 2 of the list is no file of this folder",
        "[root.img, data.img, root.img] | entry 3 of the list is there twice",
        "[root.img] | data.img is not in the list",
        "[] | data.img, root.img is not in the list"
      })
  void read_wrongListOfDisks_saysWhatIsWrong(String disks, String fault) throws IOException {
    sparse("a", "root.img", 512);
    sparse("a", "data.img", 512);
    serverFile("a", "disks: " + disks);
    assertRefused("a", fault + "; the folder holds [data.img, root.img].");
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
        .contains("the folder's name 'a\\nb' holds", "control character")
        .doesNotContain("\n");
    serverFile("a\nb", "name: ab");
    assertThat(source.inventory().problems()).isEmpty();
  }

  @Test
  void read_diskWhoseNameCannotBeShown_isRefusedOnOneLine() throws IOException {
    sparse("a", "root.img", 512);
    sparse("a", "da\nta.img", 512);
    assertRefused("a", "a/da\\nta.img: the disk's name 'da\\nta.img' holds", "control character");
    assertThat(source.inventory().problems()).singleElement().asString().doesNotContain("\n");
  }

  @Test
  void read_strangeFileWithANewline_isNamedOnOneLine() throws IOException {
    sparse("a", "root.img", 512);
    sparse("a", "no\nte", 512);
    Files.createFile(root.resolve("be\nside"));
    assertThat(source.inventory().problems())
        .hasSize(2)
        .anySatisfy(problem -> assertThat(problem).contains("no\\nte"))
        .anySatisfy(problem -> assertThat(problem).contains("be\\nside"))
        .noneSatisfy(problem -> assertThat(problem).contains("\n"));
  }

  @Test
  void size_diskLargerThanAnyVolume_isRefused() {
    Path image = root.resolve("a/root.img");
    ServerFolder.requireSize(image, 64L << 40);
    assertThatThrownBy(() -> ServerFolder.requireSize(image, (64L << 40) + 1))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("root.img has 70368744177665 bytes")
        .hasMessageContaining("1 byte to 64 TiB: make the disk smaller.");
  }

  @Test
  void read_longName_isRefusedBeforeTheCloudDropsIt() throws IOException {
    sparse("a", "root.img", 512);
    serverFile("a", "name: " + "n".repeat(1_025));
    assertRefused("a", "name 'nnnn", "nnn\u2026' has 1025 characters", "at most 1024: shorten it");
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
    assertRefused("a", "holds 23 disks, an instance of EC2 takes at most 22: move some away");
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
  @ValueSource(longs = {512, 4_096})
  void order_oneDiskWithAGpt_isTheRoot(long at) throws IOException {
    sparse("a", "one.img", 10_000);
    overwrite(sparse("a", "two.img", 10_000), at, "4546492050415254");
    assertOrder("a", "two.img", "one.img");
  }

  @Test
  void order_oneDiskWithAnMbr_isTheRoot() throws IOException {
    sparse("a", "one.img", MIB);
    partition(sparse("a", "two.img", MIB), "80", "83", 1, 2_047);
    assertOrder("a", "two.img", "one.img");
  }

  /** A boot signature alone is what every FAT and NTFS volume has. */
  @Test
  void order_fatVolumeBesideAnUnpartitionedDisk_isNotTheRoot() throws IOException {
    sparse("a", "system.img", MIB);
    Path data = sparse("a", "data.img", MIB);
    overwrite(
        data, 0, "eb3c906d6b66732e666174" + "0002" + "04" + "0400" + "02" + "0002" + "0008f8");
    overwrite(data, 510, "55aa");
    assertRefused("a", "none has a partition table", "data.img, system.img", "root.img");
    partition(data, "00", "0c", 1, 100);
    assertRefused("a", "none has a partition table");
  }

  @Test
  void order_ntfsVolumeBesideAPartitionedDisk_isNotTheRoot() throws IOException {
    partition(sparse("a", "system.img", MIB), "80", "07", 1, 2_047);
    Path data = sparse("a", "data.img", MIB);
    overwrite(data, 0, "eb52904e54465320202020" + "000208");
    partition(data, "80", "07", 1, 100);
    assertOrder("a", "system.img", "data.img");
  }

  @ParameterizedTest
  @CsvSource({"72, 83, 1, 10", "80, 00, 1, 10", "80, 83, 0, 10", "80, 83, 1, 0"})
  void order_entryThatNoTableHas_isNoSignOfARoot(String flag, String type, int start, int length)
      throws IOException {
    sparse("a", "one.img", MIB);
    partition(sparse("a", "two.img", MIB), flag, type, start, length);
    assertRefused("a", "which of its disks is the root disk");
  }

  @Test
  void order_twoCalledRoot_isDecidedByThePartitionTable() throws IOException {
    sparse("a", "root-old.img", 10_000);
    partition(sparse("a", "root.img", 10_000), "80", "83", 1, 18);
    assertOrder("a", "root.img", "root-old.img");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void order_noneOrSeveralPartitionTables_isNeverGuessed(boolean partitioned) throws IOException {
    for (String name : List.of("one.img", "two.img")) {
      Path image = sparse("a", name, 10_000);
      if (partitioned) {
        partition(image, "80", "83", 1, 18);
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
    try (Capture capture = source.capture(server, RUN, null)) {
      assertThat(capture.disks()).extracting(CapturedDisk::label).containsExactly(names);
    }
  }

  /** Neither listed nor captured, and the sentence says why. */
  private void assertRefused(String server, String... parts) {
    SourceInventory inventory = source.inventory();
    assertThat(inventory.servers()).extracting(Report.InventoryServer::vmId).doesNotContain(server);
    assertThat(inventory.problems()).anySatisfy(problem -> assertThat(problem).contains(parts));
    assertThatThrownBy(() -> source.capture(server, RUN, null))
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
      image.write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
  }

  /** The first entry of a master boot record; sectors of 512 bytes. */
  private static void partition(Path disk, String flag, String type, int start, int length)
      throws IOException {
    ByteBuffer place = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    place.putInt(start).putInt(length);
    String entry = flag + "000000" + type + "000000" + HexFormat.of().formatHex(place.array());
    overwrite(disk, 446, entry);
    overwrite(disk, 510, "55aa");
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void serverFile(String server, String text) throws IOException {
    Files.writeString(root.resolve(server).resolve("server.yaml"), text);
  }
}
