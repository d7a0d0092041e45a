package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotExportTest {
  private static final String ID = "snap-0123456789abcdef0";
  private static final int MIB = 1024 * 1024;

  private final List<SnapshotExport.Progress> progress = new ArrayList<>();
  private HttpServer simulator;
  private SnapshotExport export;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    simulator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    simulator.start();
    export =
        new SnapshotExport(
            URI.create("http://127.0.0.1:" + simulator.getAddress().getPort()), progress::add);
  }

  @AfterEach
  void stop() {
    simulator.stop(0);
  }

  @Test
  void write_diskThatEndsInZeros_isWholeAndToldOf() throws IOException {
    byte[] disk = new byte[3 * MIB + 512];
    Arrays.fill(disk, MIB, MIB + 5, (byte) 7);
    serve(200, disk, disk.length);
    Path file = folder.resolve("disk.img");

    SnapshotExport.Progress done = export.write(ID, file, false);

    assertThat(Files.readAllBytes(file)).isEqualTo(disk);
    assertThat(done.isDone()).isTrue();
    assertThat(progress).isNotEmpty();
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void write_streamThatEndsEarly_failsAndLeavesNoFile() {
    serve(200, new byte[MIB], 2L * MIB);
    Path file = folder.resolve("disk.img");

    assertThatThrownBy(() -> export.write(ID, file, false))
        .isInstanceOf(LocalCloudException.class)
        .hasMessageContaining(ID);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void write_fileThatExists_isKeptUnlessForced() throws IOException {
    serve(200, new byte[] {1, 2, 3}, 3);
    Path file = Files.writeString(folder.resolve("disk.img"), "precious");

    assertThatThrownBy(() -> export.write(ID, file, false)).hasMessageContaining("--force");
    assertThat(file).hasContent("precious");

    export.write(ID, file, true);
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void write_overAPrivateFile_staysPrivate() throws IOException {
    serve(200, new byte[] {1, 2, 3}, 3);
    Path file = Files.writeString(folder.resolve("disk.img"), "precious");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    export.write(ID, file, true);

    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void write_unknownSnapshot_saysHowToListThem() {
    serve(404, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2);

    assertThatThrownBy(() -> export.write(ID, folder.resolve("disk.img"), false))
        .hasMessageContaining("no snapshot " + ID)
        .hasMessageContaining("describe-snapshots");
  }

  @Test
  void write_snapshotThatIsNotCompleted_isRefusedAndLeavesNoFile() {
    serve(409, "pending\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), 8);

    assertThatThrownBy(() -> export.write(ID, folder.resolve("disk.img"), false))
        .isInstanceOf(LocalCloudException.class)
        .hasMessageContaining(ID + " is pending")
        .hasMessageContaining("when its run is completed");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void write_textThatIsNoSnapshotId_isRefusedBeforeAnythingIsAsked() {
    assertThatThrownBy(() -> export.write("../etc", folder.resolve("disk.img"), false))
        .hasMessageContaining("no snapshot id");
  }

  @Test
  void write_linkToAFile_replacesTheFileAndKeepsTheLink() throws IOException {
    serve(200, new byte[] {1, 2, 3}, 3);
    Path file = Files.writeString(folder.resolve("disk.img"), "precious");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    export.write(ID, link, true);

    assertThat(link).isSymbolicLink();
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void write_anotherFilesPart_isNotTouched() throws IOException {
    serve(200, new byte[] {1, 2, 3}, 3);
    Path other = Files.writeString(folder.resolve("disk.img.part"), "precious");

    export.write(ID, folder.resolve("disk.img"), false);

    assertThat(other).hasContent("precious");
  }

  /** A killed export cannot remove its part; the next one to the folder does. */
  @Test
  void write_partOfAProcessThatIsGone_isRemoved() throws IOException {
    serve(200, new byte[] {1, 2, 3}, 3);
    Path gone = Files.createFile(folder.resolve(".drover-" + endedProcess() + ".part"));
    long running = ProcessHandle.current().parent().orElseThrow().pid();
    Path going = Files.createFile(folder.resolve(".drover-" + running + ".part"));
    Path linked = folder.resolve(".drover-" + Integer.MAX_VALUE + ".part");
    Files.createSymbolicLink(linked, folder.resolve("x"));
    Path others = Files.createFile(folder.resolve(".drover-x.part"));

    export.write(ID, folder.resolve("disk.img"), false);

    assertThat(gone).doesNotExist();
    assertThat(going).exists();
    assertThat(others).exists();
    assertThat(linked).isSymbolicLink();
  }

  private static long endedProcess() throws IOException {
    Process process = new ProcessBuilder("true").start();
    process.onExit().join();
    return process.pid();
  }

  @Test
  void write_intoAFolderThatIsMissing_saysSoInWords() {
    Path file = folder.resolve("none/disk.img");

    assertThatThrownBy(() -> export.write(ID, file, false))
        .hasMessageContaining("no folder " + file.getParent())
        .hasMessageNotContaining("Exception");
  }

  @Test
  void write_whereNoFileCanBeMade_namesTheFolderAlone() {
    Path file = Path.of("/proc/disk.img");

    assertThatThrownBy(() -> export.write(ID, file, false))
        .hasMessageContaining("to /proc/disk.img: /proc: no file can be made there");
  }

  @Test
  void overwrite_diskWithOldData_getsZerosToo() throws IOException {
    byte[] old = new byte[2 * MIB];
    Arrays.fill(old, (byte) 9);
    Path device = Files.write(folder.resolve("device"), old);
    byte[] disk = new byte[MIB + 512];
    disk[7] = 7;

    try (FileChannel out = FileChannel.open(device, StandardOpenOption.WRITE)) {
      export.overwrite(new ByteArrayInputStream(disk), out, device, disk.length);
    }

    System.arraycopy(disk, 0, old, 0, disk.length);
    assertThat(device).hasBinaryContent(old);
  }

  @Test
  void overwrite_diskThatIsTooSmall_isRefusedUntouched() throws IOException {
    Path device = Files.writeString(folder.resolve("device"), "precious");

    try (FileChannel out = FileChannel.open(device, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> export.overwrite(InputStream.nullInputStream(), out, device, MIB))
          .isInstanceOf(LocalCloudException.class)
          .hasMessageContaining("8 bytes")
          .hasMessageContaining("1,048,576");
    }
    assertThat(device).hasContent("precious");
  }

  @Test
  void overwrite_streamThatEndsEarly_saysThatAPartIsOverwritten() throws IOException {
    Path device = Files.write(folder.resolve("device"), new byte[MIB]);

    try (FileChannel out = FileChannel.open(device, StandardOpenOption.WRITE)) {
      assertThatThrownBy(
              () -> export.overwrite(new ByteArrayInputStream(new byte[7]), out, device, MIB))
          .hasMessageContaining("after 7 of 1048576")
          .hasMessageContaining("may be overwritten already");
    }
  }

  private void serve(int status, byte[] body, long announcedBytes) {
    simulator.createContext(
        "/_drover/export/" + ID,
        exchange -> {
          exchange.sendResponseHeaders(status, announcedBytes);
          OutputStream out = exchange.getResponseBody();
          out.write(body);
          out.flush();
          if (body.length < announcedBytes) {
            // What the server does with a handler that fails: it cuts the connection.
            throw new IllegalStateException("the simulator breaks down");
          }
          exchange.close();
        });
  }
}
