package dev.drover.connector.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that no time of a file tells of; this process plays them. */
final class WritersTest {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

  private static final String THIS_PROCESS = "(process " + ProcessHandle.current().pid() + ")";

  @TempDir private Path temporary;
  private Path root;
  private Path image;
  private FolderSource source;

  @BeforeEach
  void makeServer() throws IOException {
    root = Files.createDirectory(temporary.resolve("servers")).toRealPath();
    image = Files.createDirectory(root.resolve("web")).resolve("disk.img");
    Files.write(image, new byte[8192]);
    source = new FolderSource(root, InstantSource.system());
  }

  private ImageWriters.Findings find() {
    return new ImageWriters().find(List.of(image));
  }

  @Test
  void find_atRest_isNobody() throws IOException {
    try (FileChannel reader = FileChannel.open(image, StandardOpenOption.READ)) {
      assertThat(reader.isOpen()).isTrue();
      assertThat(find().of(image)).isEmpty();
    }
  }

  @Test
  void find_openForWriting_namesTheProgram() throws IOException {
    try (FileChannel writer = FileChannel.open(image, StandardOpenOption.WRITE)) {
      assertThat(writer.isOpen()).isTrue();
      assertThat(find().of(image).orElseThrow())
          .contains(THIS_PROCESS)
          .endsWith("has it open for writing");
    }
    assertThat(find().of(image)).isEmpty();
  }

  @Test
  void find_mappedForWritingAndClosed_namesTheProgram() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      mapForWriting(arena);
      assertThat(find().of(image).orElseThrow())
          .contains(THIS_PROCESS)
          .endsWith("has it mapped for writing");
    }
    assertThat(find().of(image)).isEmpty();
  }

  @Test
  void find_whereProcessesCannotBeLookedInto_saysThatItDoesNotKnow() throws IOException {
    Path proc = Files.createDirectories(temporary.resolve("proc"));
    Path blocks = Files.createDirectories(temporary.resolve("block"));
    assertThat(new ImageWriters(proc, blocks).find(List.of(image)).complete()).isFalse();

    Path process = Files.createDirectories(proc.resolve("4711"));
    Files.createDirectory(process.resolve("fd"));
    Files.createFile(process.resolve("maps"));
    assertThat(new ImageWriters(proc, blocks).find(List.of(image)).complete()).isTrue();

    Files.delete(process.resolve("maps"));
    Files.createDirectory(process.resolve("maps"));
    assertThat(new ImageWriters(proc, blocks).find(List.of(image)).complete()).isFalse();
  }

  @Test
  void find_loopDeviceThatWrites_isNamed() throws IOException {
    Path proc = Files.createDirectories(temporary.resolve("proc"));
    Path blocks = temporary.resolve("block");
    Path loop = blocks.resolve("loop3");
    Files.createDirectories(loop.resolve("loop"));
    Files.writeString(loop.resolve("loop/backing_file"), image + "\n");
    Files.writeString(loop.resolve("ro"), "0\n");
    ImageWriters writers = new ImageWriters(proc, blocks);
    assertThat(writers.find(List.of(image)).of(image).orElseThrow()).contains("loop3");

    Files.writeString(loop.resolve("ro"), "1\n");
    assertThat(writers.find(List.of(image)).of(image)).isEmpty();
  }

  @Test
  void capture_imageThatIsMappedForWriting_isRefusedByName() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      mapForWriting(arena);
      assertThatThrownBy(() -> source.capture("web", RUN, null))
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining(image.toString())
          .hasMessageContaining(THIS_PROCESS)
          .hasMessageContaining("source.allowWriters");
    }
  }

  @Test
  void verifyUnchanged_writerThatCameMeanwhile_failsTheRun() throws IOException {
    try (Capture capture = source.capture("web", RUN, null);
        Arena arena = Arena.ofConfined()) {
      mapForWriting(arena);
      assertThatThrownBy(capture::verifyUnchanged).isInstanceOf(SourceUnreadableException.class);
    }
  }

  @Test
  void capture_whereWritersAreAllowed_saysThatNothingIsKnown() throws IOException {
    FolderSource lenient = new FolderSource(root, InstantSource.system(), true);
    try (Arena arena = Arena.ofConfined()) {
      mapForWriting(arena);
      try (Capture capture = lenient.capture("web", RUN, null)) {
        assertThat(capture.consistency()).isEqualTo(Report.Consistency.UNKNOWN);
        capture.verifyUnchanged();
      }
    }
  }

  @Test
  void inventory_imageThatSomebodyCanWriteTo_isInTheCatalogWithAWarning() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      mapForWriting(arena);
      assertThat(source.inventory().servers()).hasSize(1);
      assertThat(source.inventory().problems()).isEmpty();
      assertThat(source.inventory().warnings())
          .anySatisfy(
              warning -> assertThat(warning).contains(image.toString(), THIS_PROCESS, "fails"));
    }
  }

  /** As a program does that needs the file no longer once it has it in its memory. */
  private void mapForWriting(Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var _ = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8192, arena);
    }
  }
}
