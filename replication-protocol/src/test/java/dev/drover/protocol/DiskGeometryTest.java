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
  void firstBlock_extentBehindTheDisk_isRefused() {
    assertThatThrownBy(() -> new DiskGeometry(512).firstBlock(1))
        .isInstanceOf(InvalidMessageException.class);
  }
}
