package dev.drover.connector.folder;

import dev.drover.connector.source.SourceUnreadableException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a folder's entries are called. The JVM decodes names by the locale that it was started in:
 * under {@code LC_ALL=C} every byte beyond ASCII becomes the same character, so that two names look
 * like one. A disk's id is made of its name, so a name is exact or it is refused.
 */
final class EntryName {
  /** What Java says of ELOOP. */
  private static final String LINK_LOOP = "Too many levels of symbolic links";

  private EntryName() {}

  /** Dot files belong to file managers and file systems, {@code lost+found} to a mounted disk. */
  static boolean isHidden(Path entry) {
    String name = decoded(entry);
    return name.startsWith(".") || name.equals("lost+found");
  }

  /**
   * The name as it is on the disk.
   *
   * @throws SourceUnreadableException when it is not UTF-8, or the locale cannot tell
   */
  static String exact(Path entry) {
    String name = decoded(entry);
    if (!isExact(entry, name)) {
      throw new SourceUnreadableException(
          "The name "
              + uriName(entry.toUri().getRawPath())
              + " in "
              + entry.getParent()
              + " cannot be read exactly in this locale ("
              + System.getProperty("sun.jnu.encoding")
              + "): start the connector with LC_ALL=C.UTF-8; a name that is not UTF-8 must be"
              + " changed.",
          null);
    }
    return name;
  }

  /** What is wrong with a link that leads nowhere, as in "x is …"; empty for anything else. */
  static Optional<String> brokenLink(Path entry) {
    if (!Files.isSymbolicLink(entry)) {
      return Optional.empty();
    }
    try {
      entry.getFileSystem().provider().checkAccess(entry);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of("a link whose target does not exist");
    } catch (FileSystemException e) {
      return String.valueOf(e.getReason()).startsWith(LINK_LOOP)
          ? Optional.of("a link that leads back to itself")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The name as the locale shows it, which may not be what it is. */
  static String decoded(Path entry) {
    return String.valueOf(entry.getFileName());
  }

  /** A URI has the name's bytes: they must be UTF-8 for this name, and this name must lead back. */
  private static boolean isExact(Path entry, String name) {
    try {
      return uriName(entry.toUri().getPath()).equals(name)
          && entry.resolveSibling(name).equals(entry);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String uriName(String uriPath) {
    int end = uriPath.endsWith("/") ? uriPath.length() - 1 : uriPath.length();
    return uriPath.substring(uriPath.lastIndexOf('/', end - 1) + 1, end);
  }
}
