package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReasonTest {
  @Test
  void of_failuresOfFiles_areWordsWithoutClassNames() {
    assertThat(Reason.of(new NoSuchFileException("/a"))).isEqualTo("/a does not exist");
    assertThat(Reason.of(new AccessDeniedException("/a"))).isEqualTo("no right to /a");
    assertThat(Reason.of(new FileSystemException("/a", null, "Read-only file system")))
        .isEqualTo("/a: Read-only file system");
  }

  /** As in "Cannot lock /a: …". */
  @Test
  void of_fileThatTheSentenceNames_isNamedOnceAndHasARemedy() {
    Path named = Path.of("/a");
    assertThat(Reason.of(new AccessDeniedException("/a"), named))
        .isEqualTo("this user has no right to it; give the right to this user (chown, chmod)");
    assertThat(Reason.of(new AccessDeniedException("/a/b"), named))
        .isEqualTo("no right to /a/b; give the right to this user (chown, chmod)");
    assertThat(Reason.of(new FileSystemException("/a", null, "Read-only file system"), named))
        .isEqualTo(
            "its file system is read-only; mount it for writing, or use a checkout elsewhere");
    assertThat(Reason.of(new FileSystemException("/a", null, "Is a directory"), named))
        .isEqualTo("Is a directory");
    assertThat(Reason.of(new NoSuchFileException("/a"), named)).isEqualTo("it does not exist");
    assertThat(Reason.of(new NoSuchFileException("/b"), named)).isEqualTo("/b does not exist");
  }

  @Test
  void of_failuresWithoutAReason_haveNoClassNames() {
    assertThat(Reason.of(new FileSystemException("/a"))).startsWith("/a, and the system");
    assertThat(Reason.of(new MalformedInputException(1))).isEqualTo("it is not UTF-8 text");
    assertThat(Reason.of(new IOException())).isEqualTo("the system gives no reason");
  }

  @Test
  void of_fullDisk_isWhatTheSystemSays() {
    IOException full =
        catchThrowableOfType(
            IOException.class, () -> Files.write(Path.of("/dev/full"), new byte[] {1}));

    assertThat(Reason.of(full)).isEqualTo("No space left on device");
  }
}
