package dev.drover.connector.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.source.SourceInventory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An interrupted copy is refused; a disk that is as large as it says, or larger, is taken. */
class CutShortTest {
  private static final int MIB = 1 << 20;
  private static final int SECTOR = 512;

  @TempDir Path temporary;
  private Path root;
  private Path image;
  private FolderSource source;

  @BeforeEach
  void makeServer() throws IOException {
    root = Files.createDirectory(temporary.resolve("servers")).toRealPath();
    image = Files.createDirectory(root.resolve("a")).resolve("root.img");
    source = new FolderSource(root, InstantSource.system());
  }

  /** Each of 4 MiB, as its tool writes it; only the bytes that are looked at. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // inodes, blocks of 1 KiB, log of the block size, of a group: blocks, inodes; magic
        "ext | 1024:00040000 00100000, 1048:00000000, 1056:00200000, 1064:00040000, 1080:53ef",
        "XFS | 0:58465342 00001000 0000000000000400",
        "Btrfs | 65584:0000010000000000, 65600:5f42485266535f4d, 65745:0000400000000000",
        "NTFS | 3:4e54465320202020, 11:0002, 40:0020000000000000, 446:80000000830000, 510:55aa",
        "exFAT | 0:eb7690 4558464154202020, 72:0020000000000000, 108:09, 510:55aa",
        "swap | 1024:01000000 ff030000, 4086:53574150535041434532",
        "LVM | 512:4c4142454c4f4e45 0100000000000000, 532:20000000 4c564d3220303031,"
            + " 576:0000400000000000",
        "RAID | 4096:fc4e2ba9 01000000, 4224:0008000000000000 0018000000000000,"
            + " 4240:0800000000000000"
      })
  void read_volumeLargerThanTheImage_isRefused(String name, String written) throws IOException {
    size(4 * MIB);
    for (String bytes : written.split(", *", -1)) {
      overwrite(bytes);
    }
    assertTaken();
    size(4 * MIB - 1);
    assertRefused(name, "the disk ends at byte 4,194,304, the image at 4,194,303");
    size(5 * MIB);
    assertTaken();
  }

  @Test
  void read_extWith64BitBlocks_isAsLargeAsBothHalvesSay() throws IOException {
    size(4 * MIB);
    overwrite("1024:00040000 00100000");
    overwrite("1056:0020000000000000 00040000");
    overwrite("1080:53ef");
    overwrite("1360:01000000");
    assertTaken();
    overwrite("1120:80000000");
    assertRefused("ext", "4,398,050,705,408");
  }

  @Test
  void read_partitionBehindTheImage_isRefused() throws IOException {
    size(4 * MIB);
    partition(0, 0x80, 0x83, 2_048, 1_000);
    partition(1, 0, 0x8e, 3_048, 8_192 - 3_048);
    assertTaken();
    size(4 * MIB - SECTOR);
    assertRefused("its partition table", "ends at byte 4,194,304, the image at 4,193,792");
    Files.writeString(root.resolve("a/server.yaml"), "format: raw");
    assertTaken();
  }

  /** Boot code in the place of a table, a hybrid ISO image, a volume without a table. */
  @ParameterizedTest
  @CsvSource({
    "7, 0x83, 2048, 9999999, 0:00",
    "0, 0x83, 0, 9999999, 0:00",
    "0, 0x83, 2048, 0, 0:00",
    "0, 0x83, 100, 9999999, 0:00",
    "0, 0x83, 2048, 9999999, 32769:4344303031",
    "0, 0x83, 2048, 9999999, 3:4e54465320202020"
  })
  void read_entryThatIsNoTable_saysNothing(
      int flag, String type, long start, long length, String also) throws IOException {
    size(4 * MIB);
    partition(0, 0, 0x83, 64, 100);
    partition(1, flag, Integer.decode(type), start, length);
    overwrite(also);
    assertTaken();
  }

  @ParameterizedTest
  @CsvSource({"512, 8191", "4096, 1023"})
  void read_gptWhoseSecondCopyIsBehindTheImage_isRefused(int sectorBytes, long last)
      throws IOException {
    size(4 * MIB);
    partition(0, 0, 0xee, 1, 0xffff_ffffL);
    gpt(sectorBytes, last);
    assertTaken();
    gpt(sectorBytes, last + 1);
    assertRefused("its partition table", "the image at 4,194,304");
    // A header that is no longer in force, or that is broken, says nothing.
    overwrite(sectorBytes + 40 + ":ff");
    assertTaken();
    gpt(sectorBytes, last + 1);
    partition(0, 0, 0x83, 64, 100);
    assertTaken();
  }

  @Test
  void read_fileSystemInAPartitionedDisk_isNotLookedAt() throws IOException {
    size(4 * MIB);
    overwrite("0:58465342 00001000 0000000000ffffff");
    assertRefused("XFS", "cut short");
    partition(0, 0x80, 0x83, 64, 100);
    assertTaken();
  }

  private void assertTaken() {
    SourceInventory inventory = source.inventory();
    assertThat(inventory.problems()).isEmpty();
    assertThat(inventory.servers()).hasSize(1);
  }

  private void assertRefused(String... parts) {
    assertThat(source.inventory().servers()).isEmpty();
    assertThat(source.inventory().problems())
        .singleElement()
        .asString()
        .startsWith(image + " is cut short: by ")
        .contains(parts)
        .endsWith(": copy it again, or write 'format: raw' in server.yaml to take it as it is.");
  }

  private void size(long sizeBytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
  }

  /**
   * @param placed "offset:hex"
   */
  private void overwrite(String placed) throws IOException {
    int colon = placed.indexOf(':');
    byte[] bytes = HexFormat.of().parseHex(placed.substring(colon + 1).replace(" ", ""));
    write(Integer.parseInt(placed.substring(0, colon)), bytes);
  }

  private void write(long at, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    }
  }

  private void partition(int place, int flag, int type, long start, long length)
      throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(0, (byte) flag).put(4, (byte) type).putInt(8, (int) start).putInt(12, (int) length);
    write(446 + 16 * place, entry.array());
    overwrite("510:55aa");
  }

  private void gpt(int sectorBytes, long lastSector) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(92).order(ByteOrder.LITTLE_ENDIAN);
    header.put("EFI PART".getBytes(StandardCharsets.US_ASCII)).putInt(0x10000).putInt(92);
    header.putLong(24, 1).putLong(32, lastSector).putLong(72, 2).putInt(80, 128).putInt(84, 128);
    CRC32 sum = new CRC32();
    sum.update(header.array());
    header.putInt(16, (int) sum.getValue());
    write(sectorBytes, header.array());
  }
}
