package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.local.launcher.cloud.ExportTarget.BlockDevice;
import dev.drover.local.launcher.cloud.ExportTarget.ImageFile;
import dev.drover.local.launcher.cloud.ExportTarget.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTargetTest {
  @TempDir Path folder;

  @Test
  void of_newName_isAFile() {
    Path file = folder.resolve("disk.img");

    assertThat(ExportTarget.of(file, false)).isEqualTo(new ImageFile(file));
  }

  @Test
  void of_characterDevice_isRefusedAndStays() {
    assertRefused(Path.of("/dev/null"), "character device");
  }

  @Test
  void of_folder_isRefused() {
    assertRefused(folder, "folder");
  }

  @Test
  void of_pipe_isRefused() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertRefused(pipe, "pipe");
  }

  @Test
  void of_socket_isRefused() throws IOException {
    Path socket = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));

      assertRefused(socket, "socket");
    }
  }

  @Test
  void of_linkToAFolder_isRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);

    assertRefused(link, "folder");
  }

  @Test
  void of_linkToNothing_isRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("none"));

    assertRefused(link, "link to what does not exist");
  }

  /**
   * A test cannot make a block device without being root; the mode is all that tells them apart.
   */
  @Test
  void of_modeOfABlockDevice_isOverwrittenInPlace() {
    Path device = Path.of("/dev/loop0");

    assertThat(ExportTarget.of(device, Kind.ofMode(0060660))).isEqualTo(new BlockDevice(device));
  }

  private static void assertRefused(Path path, String because) {
    for (boolean force : new boolean[] {false, true}) {
      assertThatThrownBy(() -> ExportTarget.of(path, force))
          .isInstanceOf(LocalCloudException.class)
          .hasMessageContaining(because)
          .hasMessageNotContaining("Exception");
    }
  }
}
