package dev.drover.connector.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "web-1", "müller 🐎", "a\\nb", "日本"})
  void of_plainText_isTheSame(String text) {
    assertThat(PlainText.isPlain(text)).isTrue();
    assertThat(PlainText.of(text)).isEqualTo(text);
  }

  @Test
  void of_whatCannotBeShown_isWrittenOut() {
    assertThat(PlainText.of("a\nb\r\tc\33[2J\0\177\u0085\u2028"))
        .isEqualTo("a\\nb\\r\\tc\\u001b[2J\\u0000\\u007f\\u0085\\u2028");
    assertThat(PlainText.of("half \ud83d, none \uffff")).isEqualTo("half \\ud83d, none \\uffff");
    assertThat(PlainText.of(Character.toString(0x1FFFE))).isEqualTo("\\u1fffe");
    assertThat(PlainText.isPlain("a\nb")).isFalse();
  }

  /** It would be shown as exe.lmth, and AWS takes it. */
  @Test
  void of_whatTurnsTheOrder_isWrittenOut() {
    assertThat(PlainText.of("a\u202Ehtml.exe\u2066")).isEqualTo("a\\u202ehtml.exe\\u2066");
    assertThat(PlainText.isPlain("a\u202Eb")).isTrue();
  }

  @Test
  void reason_ofAFile_hasNoClassNames() {
    assertThat(FileTrouble.text(new NoSuchFileException("/a\nb")))
        .isEqualTo("/a\\nb: there is no such file");
    assertThat(FileTrouble.text(new AccessDeniedException("/a")))
        .isEqualTo("/a: this user has no right to");
    assertThat(FileTrouble.text(new FileSystemException("/a", null, "No space left on device")))
        .isEqualTo("/a: No space left on device");
    assertThat(FileTrouble.reason(new MalformedInputException(1))).isEqualTo("it is not UTF-8");
    assertThat(FileTrouble.text(new IOException("Input/output error")))
        .isEqualTo("Input/output error");
  }
}
