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

  private SecretFile() {}

  /**
   * Reads it.
   *
   * @throws SourceUnreadableException saying what to do; never with what the file holds
   */
  public static String read(Path file) {
    try {
      requirePrivate(file);
      if (Files.size(file) > MAX_BYTES) {
        throw unfit(file, "has more than " + MAX_BYTES + " bytes: write the password alone");
      }
      String secret = Files.readString(file).replaceFirst("\\r?\\n$", "");
      if (secret.isEmpty()) {
        throw unfit(file, "is empty: write the password into it");
      }
      if (secret.indexOf('\n') >= 0) {
        throw unfit(file, "has more than one line: write the password alone");
      }
      return secret;
    } catch (IOException e) {
      throw unfit(
          file, "cannot be read (" + FileTrouble.reason(e) + "): write the password into it");
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
      throw unfit(file, "may be read by every user of this machine: chmod 600 it");
    }
  }

  private static SourceUnreadableException unfit(Path file, String what) {
    return new SourceUnreadableException("The password file " + file + " " + what + ".", null);
  }
}
