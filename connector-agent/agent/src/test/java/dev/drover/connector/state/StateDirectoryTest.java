package dev.drover.connector.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.WatchedDisk;
import dev.drover.connector.words.PlainText;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {
  private static final String OWNER_ONLY = "rwx------";

  @TempDir Path folder;

  @Test
  void open_noFolder_makesOneForItsOwnerOnly() throws IOException {
    Path state = folder.resolve("var").resolve("state");
    try (StateDirectory directory = StateDirectory.open(state)) {
      assertThat(directory.runs()).hasParentRaw(state);
      assertThat(permissions(state)).isEqualTo(OWNER_ONLY);
      assertThat(permissions(folder.resolve("var"))).isEqualTo(OWNER_ONLY);
    }
  }

  /** It holds task tokens. */
  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxrwx", "rwxr-xr-x", "rwx--x---", "rwx------"})
  void open_folderThatOthersMayLookInto_isClosedToThem(String before) throws IOException {
    Path state = Files.createDirectory(folder.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString(before));
    StateDirectory.open(state).close();
    assertThat(permissions(state)).isEqualTo(OWNER_ONLY);
  }

  @Test
  void open_aFile_isRefusedWithASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("state"), "a file");
    String sentence = "stateDirectory " + file + " is a file: name a folder in the configuration.";
    assertThatThrownBy(() -> StateDirectory.open(file))
        .isInstanceOf(StateUnusableException.class)
        .hasMessage(sentence);
    assertThatThrownBy(() -> StateDirectory.tryOut(file)).hasMessage(sentence);
    assertThat(file).hasContent("a file");
  }

  @Test
  void open_belowAFile_isRefusedWithASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("state"), "a file");
    assertThatThrownBy(() -> StateDirectory.tryOut(file.resolve("below")))
        .isInstanceOf(StateUnusableException.class)
        .hasMessageContaining("stateDirectory " + file + "/below cannot be made (" + file)
        .message()
        .doesNotContain("Exception");
  }

  /** Root may write anywhere but where nobody may. */
  @Test
  void open_whereNobodyMayWrite_isRefusedWithASentence() {
    Path nowhere = Path.of("/proc/self/state");
    assertThatThrownBy(() -> StateDirectory.open(nowhere))
        .isInstanceOf(StateUnusableException.class)
        .hasMessageStartingWith("stateDirectory /proc/self/state cannot be made (");
    assertThatThrownBy(() -> StateDirectory.tryOut(Path.of("/proc/self")))
        .isInstanceOf(StateUnusableException.class)
        .hasMessageStartingWith("stateDirectory /proc/self ");
  }

  @Test
  void tryOut_anything_leavesItAsItWas() throws IOException {
    Path state = folder.resolve("var").resolve("state");
    StateDirectory.tryOut(state);
    assertThat(folder.resolve("var")).doesNotExist();
    Path open = folder.resolve("open");
    Files.createDirectories(open.resolve("runs"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    StateDirectory.tryOut(open);
    assertThat(permissions(open)).isEqualTo("rwxr-xr-x");
    try (Stream<Path> files = Files.walk(open)) {
      assertThat(files).containsExactlyInAnyOrder(open, open.resolve("runs"));
    }
    try (StateDirectory taken = StateDirectory.open(open)) {
      StateDirectory.tryOut(open);
      assertThat(taken.runs()).isEmptyDirectory();
    }
  }

  @Test
  void open_takenInThisProcess_isRefused() throws IOException {
    try (StateDirectory first = StateDirectory.open(folder)) {
      assertThat(first.logs()).hasParentRaw(folder);
      assertThatIOException()
          .isThrownBy(() -> StateDirectory.open(folder))
          .withMessageContaining(folder + " belongs to another connector process");
    }
  }

  @Test
  void open_refused_leavesNothingOpen() throws IOException {
    try (StateDirectory first = StateDirectory.open(folder)) {
      assertThat(first.logs()).hasParentRaw(folder);
      WatchedDisk watched = new WatchedDisk(folder);
      assertThatIOException().isThrownBy(() -> StateDirectory.open(watched.root()));
      assertThat(watched.openFiles()).isZero();
    }
  }

  @Test
  void open_takenByThisProcess_isRefusedToAnother()
      throws IOException, InterruptedException, URISyntaxException {
    try (StateDirectory first = StateDirectory.open(folder)) {
      assertThat(first.logs()).hasParentRaw(folder);
      assertThat(openInAnotherProcess()).contains("belongs to another connector process");
    }
    assertThat(openInAnotherProcess()).isEqualTo("taken");
  }

  @Test
  void close_thenOpen_takesItAgain() throws IOException {
    StateDirectory.open(folder).close();
    StateDirectory.open(folder).close();
  }

  @Test
  void open_lockFileLeftByAKill_isNoLock() throws IOException {
    Files.writeString(folder.resolve("lock"), "");
    StateDirectory.open(folder).close();
  }

  @Test
  void folders_always_haveTheirNames() throws IOException {
    try (StateDirectory directory = StateDirectory.open(folder)) {
      assertThat(directory.runs()).isEqualTo(folder.resolve("runs"));
      assertThat(directory.indexes()).isEqualTo(folder.resolve("index"));
      assertThat(directory.logs()).isEqualTo(folder.resolve("logs"));
      assertThat(directory.sequence()).isEqualTo(new DurableFile(folder.resolve("sequence")));
    }
  }

  @Test
  void sequence_openedAgain_isStillThere() throws IOException {
    Path odd = folder.resolve(" -a 'b' %20 #\n~");
    try (StateDirectory directory = StateDirectory.open(odd)) {
      directory.sequence().write("7".getBytes(UTF_8));
    }
    try (StateDirectory directory = StateDirectory.open(odd)) {
      assertThat(directory.sequence().read()).hasValue("7".getBytes(UTF_8));
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** A lock between processes is another thing than one within a process. */
  private String openInAnotherProcess()
      throws IOException, InterruptedException, URISyntaxException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(
                    File.pathSeparator,
                    classesOf(StateDirectory.class),
                    classesOf(PlainText.class),
                    classesOf(Other.class)),
                Other.class.getName(),
                folder.toString())
            .redirectErrorStream(true);
    // A JVM that has options by it says so, and that is not what the other process says.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.strip();
  }

  private static String classesOf(Class<?> type) throws URISyntaxException {
    URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(location).toString();
  }

  /** Says whether it got the folder. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) {
      try (StateDirectory directory = StateDirectory.open(Path.of(args[0]))) {
        System.out.println(directory.sequence().read().isPresent() ? "read" : "taken");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
