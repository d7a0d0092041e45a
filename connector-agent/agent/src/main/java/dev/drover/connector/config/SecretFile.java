package dev.drover.connector.config;

import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;

/**
 * A file that holds one secret, in UTF-8 and perhaps with a line's end behind it. Secrets stand in
 * files because environment and command line are shown to others.
 */
public final class SecretFile {
  /** No password has more; what does is another file. */
  private static final long MAX_BYTES = 1_024;

  /** Editors of Windows begin a file with it. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private SecretFile() {}

  /**
   * Reads it.
   *
   * @throws SourceUnreadableException saying what to do; never with what the file holds
   */
  public static String read(Path file) {
    try {
      return content(file);
    } catch (IllegalArgumentException e) {
      throw new SourceUnreadableException(
          "The password file " + file + " " + e.getMessage() + ".", null);
    }
  }

  /** The file itself; an IllegalArgumentException, the end of a sentence, when it is of no use. */
  static Path requireUsable(Path file) {
    content(file);
    return file;
  }

  private static String content(Path file) {
    try {
      require(!Files.isDirectory(file), "is a folder: name the file that holds the password");
      requirePrivate(file);
      require(
          Files.size(file) <= MAX_BYTES,
          "has more than " + MAX_BYTES + " bytes: write the password alone");
      String text = Files.readString(file);
      String secret =
          (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
              .replaceFirst("\\r?\\n$", "");
      require(!secret.isEmpty(), "is empty: write the password into it");
      require(secret.indexOf('\n') < 0, "has more than one line: write the password alone");
      return secret;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot be read (" + FileTrouble.reason(e) + "): write the password into it");
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    require(
        view == null
            || !view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ),
        "may be read by every user of this machine: chmod 600 it");
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException(complaint);
    }
  }
}
