package dev.drover.connector.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.SourceUnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"s3 cret", "s3 cret\n", "s3 cret\r\n", "\uFEFFs3 cret\r\n"})
  void read_oneLine_isTheSecretWithoutItsEnd(String content) throws IOException {
    assertThat(SecretFile.read(file(content, "rw-r-----"))).isEqualTo("s3 cret");
  }

  @ParameterizedTest
  @CsvSource({"'',is empty", "'\n',is empty", "'one\ntwo\n',has more than one line"})
  void read_noSecret_saysWhatToWrite(String content, String complaint) throws IOException {
    Path file = file(content.replace("\\n", "\n"), "rw-------");
    assertThatThrownBy(() -> SecretFile.read(file))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining(file + " " + complaint);
  }

  @Test
  void read_fileThatAllMayRead_isRefused() throws IOException {
    Path file = file("secret", "rw-r--r--");
    assertThatThrownBy(() -> SecretFile.read(file))
        .hasMessageContaining("may be read by every user of this machine: chmod 600 it")
        .hasMessageNotContaining("secret ");
  }

  @Test
  void read_noFile_saysSo() {
    assertThatThrownBy(() -> SecretFile.read(folder.resolve("none")))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("cannot be read (there is no such file)");
  }

  /** Its permissions are not what is wrong. */
  @Test
  void read_folder_saysThatItIsOne() {
    assertThatThrownBy(() -> SecretFile.read(folder))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("is a folder: name the file that holds the password")
        .hasMessageNotContaining("chmod");
  }

  private Path file(String content, String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
