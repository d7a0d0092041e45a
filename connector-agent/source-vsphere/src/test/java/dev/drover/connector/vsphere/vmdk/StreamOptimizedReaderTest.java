package dev.drover.connector.vsphere.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is whole is read exactly; what is not is refused with its place. */
class StreamOptimizedReaderTest {
  private static final int GRAIN = StreamWriter.GRAIN_BYTES;
  private static final int TABLE_BYTES = 512 * GRAIN;
  private static final long SEED = 20_261_128;

  @ParameterizedTest
  @ValueSource(
      ints = {
        512,
        1_024,
        GRAIN - 512,
        GRAIN,
        GRAIN + 512,
        40 * GRAIN,
        TABLE_BYTES + 3 * GRAIN + 512
      })
  void read_diskOfAnySize_isExact(int sizeBytes) throws IOException {
    byte[] disk = Disks.mixed(sizeBytes, SEED + sizeBytes);
    disk[0] = 1;
    disk[sizeBytes - 1] = 2;
    assertThat(Arrays.mismatch(Disks.read(StreamWriter.write(disk), sizeBytes), disk))
        .isEqualTo(-1);
  }

  @Test
  void read_onlyZeros_hasNoGrain() throws IOException {
    assertThat(Disks.read(StreamWriter.write(new byte[3 * GRAIN]), 3 * GRAIN))
        .isEqualTo(new byte[3 * GRAIN]);
  }

  /** Hosts write each table behind its grains; a writer may keep them to the end, in any order. */
  @Test
  void read_tablesInAnyOrder_isExact() throws IOException {
    byte[] disk = new byte[3 * TABLE_BYTES];
    StreamWriter writer = new StreamWriter(disk.length);
    for (int grain : new int[] {0, 5, 511, 512, 1_024, 1_535}) {
      Arrays.fill(disk, grain * GRAIN, (grain + 1) * GRAIN, (byte) (grain + 1));
      writer.grain(grain, Arrays.copyOfRange(disk, grain * GRAIN, (grain + 1) * GRAIN));
    }
    byte[] stream = writer.table(2).table(0).table(1).directory().footer().end();
    assertThat(Arrays.mismatch(Disks.read(stream, disk.length), disk)).isEqualTo(-1);
  }

  @Test
  void read_capacityInWholeGrains_isTheDisks() throws IOException {
    byte[] disk = Disks.mixed(3 * GRAIN, SEED);
    byte[] shorter = Arrays.copyOf(disk, 2 * GRAIN + 512);
    assertThat(Disks.read(StreamWriter.write(disk), shorter.length)).isEqualTo(shorter);
  }

  @Test
  void read_bytesInDribs_isExact() throws IOException {
    byte[] disk = Disks.mixed(9 * GRAIN, SEED);
    assertThat(Disks.read(dribbling(StreamWriter.write(disk)), disk.length)).isEqualTo(disk);
  }

  @Test
  void read_whatFollowsTheEnd_isNotAskedFor() throws IOException {
    byte[] disk = Disks.mixed(2 * GRAIN, SEED);
    byte[] stream = StreamWriter.write(disk);
    byte[] longer = Arrays.copyOf(stream, stream.length + 7);
    Arrays.fill(longer, stream.length, longer.length, (byte) 9);
    assertThat(Disks.read(longer, disk.length)).isEqualTo(disk);
  }

  @Test
  void read_anotherDisk_isRefused() {
    assertRefused(
        StreamWriter.write(new byte[4 * GRAIN]), 8 * GRAIN, "it is of a disk of 262144 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, it does not begin as a sparse VMDK",
    "4, 9, its version is 9",
    "8, 1, not streamOptimized",
    "12, 0, has 0 sectors",
    "20, 100, its grains have 100 sectors",
    "20, 0, its grains have 0 sectors",
    "28, 0, its descriptor is at sector 0 and has 20",
    "28, 109, its descriptor is at sector 109 and has 20",
    "28, -1, its descriptor is at sector 18446744073709551615 and has 20",
    "36, 128, its descriptor is at sector 1 and has 128",
    "36, -1, its descriptor is at sector 1 and has 18446744073709551615",
    "44, 256, 512 entries",
    "56, 900, its directory is at sector",
    "64, 0, its grains begin at sector 0",
    "64, 2000000000, its grains begin at sector 2000000000",
    "73, 10, line ends",
    "77, 0, not streamOptimized"
  })
  void header_thatCannotBe_isRefused(int at, int value, String words) {
    byte[] stream = StreamWriter.write(new byte[4 * GRAIN]);
    ByteBuffer header = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    switch (at) {
      case 12, 20, 28, 36, 56, 64 -> header.putLong(at, value);
      case 77 -> header.putShort(at, (short) value);
      default -> header.putInt(at, value);
    }
    assertRefused(stream, 4 * GRAIN, words);
  }

  /** A part of a chain: what it lacks would be read as zeros. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parentCID=ffffffff | parentCID=12345678 | names the parent '12345678', so that it is no whole",
        "parentCID=ffffffff | parentCID=ffffffff; parentCID=12345678 | has 2 lines parentCID, not one",
        "parentCID=ffffffff | # | has 0 lines parentCID, not one",
        "\"streamOptimized\" | \"vmfs\" | says that it is 'vmfs'",
        "createType | otherType | has 0 lines createType, not one",
        "RDONLY 512 | RDONLY 1024 | has an extent of 1024 sectors (SPARSE), which is not the disk",
        "RDONLY 512 SPARSE | RDONLY 512 VMFS | has an extent of 512 sectors (VMFS), which is not",
        "RDONLY 512 | RW 256 SPARSE \"a\"; RW 512 | has 2 extents, not one",
        "RDONLY 512 | # RDONLY 512 | has 0 extents, not one"
      })
  void descriptor_ofNoWholeDisk_isRefused(String from, String to, String words) {
    byte[] disk = noise(4 * GRAIN);
    assertRefused(described(disk, from, to.replace(';', '\n')), "its descriptor " + words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parentCID=ffffffff | parentCID = FFFFFFFF",
        "createType=\"streamOptimized\" | createType = \"streamOptimized\"",
        "RDONLY 512 SPARSE \"disk.vmdk\" | RW  512 SPARSE \"other name.vmdk\"",
      })
  void descriptor_asOthersWriteIt_isTaken(String from, String to) throws IOException {
    byte[] disk = noise(4 * GRAIN);
    assertThat(Disks.read(described(disk, from, to), disk.length)).isEqualTo(disk);
  }

  @Test
  void descriptor_thatIsNotThere_isNotMissed() throws IOException {
    byte[] disk = noise(4 * GRAIN);
    byte[] stream = StreamWriter.write(disk);
    ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).putLong(28, 0).putLong(36, 0);
    assertThat(Disks.read(stream, disk.length)).isEqualTo(disk);
  }

  /** A disk's stream whose descriptor says something else. */
  private static byte[] described(byte[] disk, String from, String to) {
    byte[] stream = StreamWriter.write(disk);
    String descriptor = new String(stream, 512, 20 * 512, StandardCharsets.ISO_8859_1);
    assertThat(descriptor).contains(from);
    byte[] changed = descriptor.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(changed, 0, stream, 512, 20 * 512 - 64);
    return stream;
  }

  @Test
  void grain_thatCannotBe_isRefused() {
    byte[] data = noise(GRAIN);
    byte[] packed = StreamWriter.deflated(data);
    assertRefused(
        writer().packed(-128, packed).bytes(), "says that it is sector 18446744073709551488");
    assertRefused(writer().packed(4 * 128, packed).bytes(), "says that it is sector 512");
    assertRefused(writer().packed(64, packed).bytes(), "says that it is sector 64");
    assertRefused(writer().packed(0, new byte[3 * GRAIN]).bytes(), "has 196608 bytes");
    assertRefused(writer().packed(0, noise(900)).bytes(), "does not inflate");
    assertRefused(
        writer().packed(0, Arrays.copyOf(packed, packed.length - 4)).bytes(),
        "inflates to 65536 bytes and has no end");
    assertRefused(
        writer().packed(0, StreamWriter.deflated(noise(GRAIN - 1))).bytes(),
        "inflates to 65535 bytes and not to 65536");
    assertRefused(
        writer().packed(0, StreamWriter.deflated(noise(GRAIN + 1))).bytes(),
        "inflates to more than 65536 bytes");
    assertRefused(
        writer().packed(0, StreamWriter.deflated(new byte[64 * GRAIN])).bytes(),
        "inflates to more than 65536 bytes");
  }

  @Test
  void grains_outOfOrder_areRefused() {
    byte[] data = noise(GRAIN);
    assertRefused(writer().grain(2, data).grain(1, data).bytes(), "behind one that comes later");
    assertRefused(writer().grain(2, data).grain(2, data).bytes(), "behind one that comes later");
  }

  @Test
  void tables_thatListSomethingElse_areRefused() {
    byte[] data = noise(GRAIN);
    String other = "lists other grains than were sent";
    assertRefused(finish(writer().grain(1, data).note(2, 300)), other);
    assertRefused(finish(writer().grain(1, data).note(1, 129)), other);
    assertRefused(finish(writer().grain(1, data).grainUnlisted(2, data)), other);
    assertRefused(
        writer().grain(1, data).directory().footer().end(), "it has grains that no table lists");
    assertRefused(
        writer().directory().grain(1, data).footer().end(), "it has grains that no table lists");
    assertRefused(writer().grain(1, data).table(0).table(0).directory().footer().end(), other);
  }

  @Test
  void directory_thatListsSomethingElse_isRefused() {
    byte[] data = noise(GRAIN);
    byte[] stream = finish(writer().grain(1, data));
    int directory = stream.length - 4 * 512;
    ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).putInt(directory, 4_711);
    assertRefused(stream, "its directory lists other grain tables");
    ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).putInt(directory, 0);
    assertRefused(stream, "its directory lists other grain tables");
  }

  @Test
  void end_beforeItsTime_isRefused() {
    byte[] data = noise(GRAIN);
    assertRefused(writer().grain(1, data).end(), "ends it before its footer");
    assertRefused(writer().grain(1, data).table(0).directory().end(), "ends it before its footer");
    assertRefused(new byte[0], "it is empty");
  }

  @Test
  void stream_thatIsCutAnywhere_isRefused() {
    byte[] stream = StreamWriter.write(Disks.mixed(6 * GRAIN, SEED));
    for (int length = 0; length < stream.length; length += 499) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> Disks.read(cut, 6 * GRAIN))
          .as("cut at %d", length)
          .isInstanceOf(VmdkFormatException.class);
    }
  }

  /**
   * Flipped bits, lost, doubled and swapped sectors, garbage: there is the right disk (what changed
   * was padding, or descriptor) or a refusal with words, and never another disk.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void read_whateverHappensToAStream_isTheDiskOrRefused(long seed) throws IOException {
    byte[] disk = Disks.mixed(12 * GRAIN, seed);
    byte[] stream = StreamWriter.write(disk);
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] mutated = StreamMutation.any(stream, random);
      try {
        byte[] read = Disks.read(mutated, disk.length);
        assertThat(Arrays.mismatch(read, disk)).as("seed %d, mutation %d", seed, i).isEqualTo(-1);
      } catch (VmdkFormatException e) {
        assertThat(e).message().isNotBlank().doesNotContain("Exception");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static StreamWriter writer() {
    return new StreamWriter(4 * GRAIN);
  }

  private static byte[] finish(StreamWriter writer) {
    return writer.table(0).directory().footer().end();
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(SEED).nextBytes(noise);
    return noise;
  }

  private static void assertRefused(byte[] stream, String words) {
    assertRefused(stream, 4 * GRAIN, words);
  }

  private static void assertRefused(byte[] stream, int sizeBytes, String words) {
    assertThatThrownBy(() -> Disks.read(stream, sizeBytes))
        .isInstanceOf(VmdkFormatException.class)
        .hasMessageContaining(words);
  }

  private static InputStream dribbling(byte[] bytes) {
    Random random = new Random(SEED);
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(700)));
      }
    };
  }
}
