package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceUseTest {
  private static final String ROOT_MOUNT = "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n";

  @TempDir Path folder;

  private Path mountInfo;
  private DeviceUse use;

  @BeforeEach
  void makeDiskWithAPartition() throws IOException {
    Path disk = device("8:0", folder.resolve("dev/block/8:0"));
    Files.writeString(device("8:1", disk.resolve("sda1")).resolve("partition"), "1\n");
    Files.createDirectories(disk.resolve("queue"));
    mountInfo =
        Files.writeString(folder.resolve("mountinfo"), "23 1 0:5 / /proc rw - proc proc rw\n");
    use = new DeviceUse(folder, mountInfo);
  }

  @Test
  void of_freeDisk_isEmpty() throws IOException {
    assertThat(use.of("8:0")).isEmpty();
  }

  @Test
  void of_diskWithAMountedPartition_saysWhere() throws IOException {
    Files.writeString(mountInfo, ROOT_MOUNT);

    assertThat(use.of("8:0")).contains("is mounted at /");
  }

  @Test
  void of_diskThatAVolumeGroupHolds_namesTheHolder() throws IOException {
    Files.createDirectories(folder.resolve("dev/block/8:0/sda1/holders/dm-0"));

    assertThat(use.of("8:0")).contains("is in use by dm-0");
  }

  @Test
  void number_deviceNumbers_areThoseOfTheKernel() {
    assertThat(DeviceUse.number(0x801)).isEqualTo("8:1");
    assertThat(DeviceUse.number(0x10301L)).isEqualTo("259:1");
    assertThat(DeviceUse.number(0x100011138870L)).isEqualTo("5000:70000");
  }

  private static Path device(String number, Path at) throws IOException {
    Files.createDirectories(at.resolve("holders"));
    Files.writeString(at.resolve("dev"), number + "\n");
    return at;
  }
}
