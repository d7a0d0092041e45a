package dev.drover.connector.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.WatchedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableFileTest {
  private static final int MAX_BYTES = 1 << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, MAX_BYTES})
  void read_afterWrite_isWhatWasWritten(int length) throws IOException {
    byte[] content = new byte[length];
    Arrays.fill(content, (byte) 0xA5);
    file("a").write(content);
    assertThat(file("a").read()).hasValue(content);
  }

  @Test
  void read_noFile_isEmpty() throws IOException {
    assertThat(file("a").read()).isEmpty();
  }

  @Test
  void read_longerThanAnyMessage_isRefused() throws IOException {
    Files.write(folder.resolve("a"), new byte[MAX_BYTES + 1]);
    assertThatIOException()
        .isThrownBy(() -> file("a").read())
        .withMessageContaining("more than 1048576 bytes");
  }

  @Test
  void read_aFolder_fails() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    assertThatIOException().isThrownBy(() -> file("a").read());
  }

  @Test
  void write_shorterThanBefore_leavesNoRest() throws IOException {
    file("a").write(new byte[100]);
    file("a").write("new".getBytes(UTF_8));
    assertThat(folder.resolve("a")).hasContent("new");
    assertThat(folder.resolve("a.new")).doesNotExist();
  }

  @Test
  void write_overWhatACrashLeft_leavesNoRest() throws IOException {
    Files.write(folder.resolve("a.new"), new byte[100]);
    file("a").write("new".getBytes(UTF_8));
    assertThat(folder.resolve("a")).hasContent("new");
  }

  /** A crash before the rename: the old content is the content. */
  @Test
  void read_besideWhatACrashLeft_isTheOldContent() throws IOException {
    file("a").write("old".getBytes(UTF_8));
    Files.writeString(folder.resolve("a.new"), "half of the ne");
    assertThat(file("a").read()).hasValue("old".getBytes(UTF_8));
  }

  @Test
  void write_always_isOnTheDiskBeforeItHasItsNameAndTheNameAfterwards() throws IOException {
    WatchedDisk watched = new WatchedDisk(folder);
    new DurableFile(watched.root().resolve("a")).write("new".getBytes(UTF_8));
    assertThat(watched.events())
        .containsExactly(
            "write a.new", "force a.new", "move a.new to a", "force " + folder.getFileName());
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void write_diskTakesFewBytesAtATime_writesThemAll() throws IOException {
    WatchedDisk watched = new WatchedDisk(folder);
    watched.bytesPerCall(7);
    byte[] content = "more than seven bytes, and not a multiple of it".getBytes(UTF_8);
    new DurableFile(watched.root().resolve("a")).write(content);
    assertThat(file("a").read()).hasValue(content);
  }

  @Test
  void write_diskFails_keepsTheOldContent() throws IOException {
    file("a").write("old".getBytes(UTF_8));
    WatchedDisk watched = new WatchedDisk(folder);
    watched.fail();
    assertThatIOException()
        .isThrownBy(() -> new DurableFile(watched.root().resolve("a")).write("new".getBytes(UTF_8)))
        .withMessage("the disk fails");
    assertThat(file("a").read()).hasValue("old".getBytes(UTF_8));
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void write_noFolder_fails() {
    assertThatThrownBy(() -> file("b/a").write(new byte[1]))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void write_nameWithOddCharacters_isReadAgain() throws IOException {
    String odd = " -a 'b' \"c\" %20 [d]* #e\n~.new";
    file(odd).write("odd".getBytes(UTF_8));
    assertThat(file(odd).read()).hasValue("odd".getBytes(UTF_8));
    assertThat(folder).isDirectoryContaining(path -> path.getFileName().toString().equals(odd));
  }

  @Test
  void delete_aFile_isOnTheDiskToo() throws IOException {
    file("a").write(new byte[1]);
    WatchedDisk watched = new WatchedDisk(folder);
    new DurableFile(watched.root().resolve("a")).delete();
    assertThat(file("a").read()).isEmpty();
    assertThat(watched.events()).containsExactly("delete a", "force " + folder.getFileName());
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void delete_noFile_isNoFailure() throws IOException {
    file("a").delete();
    assertThat(folder).isEmptyDirectory();
  }

  private DurableFile file(String name) {
    return new DurableFile(folder.resolve(name));
  }
}
