package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DiskGeometryTest {
  @Test
  void counts_oneSector_isOneBlockOneExtentOneGib() {
    DiskGeometry disk = new DiskGeometry(512);
    assertThat(disk.blockCount()).isEqualTo(1);
    assertThat(disk.extentCount()).isEqualTo(1);
    assertThat(disk.blocksIn(0)).isEqualTo(1);
    assertThat(disk.bytesInBlock(0)).isEqualTo(512);
    assertThat(disk.volumeGib()).isEqualTo(1);
  }

  @Test
  void counts_oneByteMoreThanAnExtent_hasAShortLastExtent() {
    DiskGeometry disk = new DiskGeometry(DiskGeometry.EXTENT_BYTES + 1);
    assertThat(disk.blockCount()).isEqualTo(129);
    assertThat(disk.extentCount()).isEqualTo(2);
    assertThat(disk.blocksIn(0)).isEqualTo(128);
    assertThat(disk.blocksIn(1)).isEqualTo(1);
    assertThat(disk.bytesInBlock(128)).isEqualTo(1);
  }

  @Test
  void counts_largestVolume_fitInt() {
    DiskGeometry disk = new DiskGeometry(DiskGeometry.MAX_DISK_BYTES);
    assertThat(disk.blockCount()).isEqualTo(1 << 27);
    assertThat(disk.extentCount()).isEqualTo(1 << 20);
    assertThat(disk.volumeGib()).isEqualTo(65_536);
  }

  @Test
  void create_sizeThatNoDiskHas_isRefused() {
    assertThatThrownBy(() -> new DiskGeometry(0)).isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new DiskGeometry(DiskGeometry.MAX_DISK_BYTES + 1))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void counts_wholeExtents_haveNoShortBlockNorExtent() {
    DiskGeometry disk = new DiskGeometry(2 * DiskGeometry.EXTENT_BYTES);
    assertThat(disk.blockCount()).isEqualTo(256);
    assertThat(disk.extentCount()).isEqualTo(2);
    assertThat(disk.firstBlock(1)).isEqualTo(128);
    assertThat(disk.blocksIn(1)).isEqualTo(128);
    assertThat(disk.bytesInBlock(255)).isEqualTo(524_288);
  }

  @Test
  void volumeGib_isRoundedUp() {
    assertThat(new DiskGeometry(1L << 30).volumeGib()).isEqualTo(1);
    assertThat(new DiskGeometry((1L << 30) + 1).volumeGib()).isEqualTo(2);
  }

  @Test
  void extentOf_firstAndLastBlockOfAnExtent_isTheSame() {
    assertThat(DiskGeometry.extentOf(127)).isZero();
    assertThat(DiskGeometry.extentOf(128)).isEqualTo(1);
    assertThat(DiskGeometry.extentOf(255)).isEqualTo(1);
  }

  @Test
  void create_oneByte_isADisk() {
    assertThat(new DiskGeometry(1).blockCount()).isEqualTo(1);
    assertThatThrownBy(() -> DiskGeometry.requireSize(0))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("a disk has 1 to 70368744177664 bytes, not 0");
  }

  @Test
  void zeroBlock_isTheDigestOf512KibOfZeros() {
    assertThat(DiskGeometry.ZERO_BLOCK.hex())
        .isEqualTo("07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541");
  }

  @Test
  void firstBlock_extentBehindTheDisk_isRefused() {
    assertThatThrownBy(() -> new DiskGeometry(512).firstBlock(-1))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("extent -1 is outside a disk of 1 extents");
    assertThatThrownBy(() -> new DiskGeometry(512).firstBlock(1))
        .isInstanceOf(InvalidMessageException.class);
  }
}
