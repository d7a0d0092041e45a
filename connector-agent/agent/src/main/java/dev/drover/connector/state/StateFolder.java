package dev.drover.connector.state;

import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a folder can be the connector's: that is tried, not read from permissions. */
record StateFolder(Path directory) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** Makes it if need be, closes it to others and tries to write in it. */
  void take() throws StateUnusableException {
    make();
    restrict(OWNER_ONLY);
    tryWriting();
  }

  /** The same, and afterwards everything is as it was. */
  void tryOut() throws StateUnusableException {
    List<Path> made = missing();
    try {
      make();
      restrict(null);
      tryWriting();
    } finally {
      made.forEach(StateFolder::deleteIfEmpty);
    }
  }

  private void make() throws StateUnusableException {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
    } catch (IOException e) {
      throw Files.exists(directory)
          ? unusable("is a file", "name a folder in the configuration", e)
          : unusable("cannot be made (" + FileTrouble.text(e) + ")", remedy(e), e);
    }
  }

  /**
   * Only the owner may. It holds task tokens, so nobody else's folder will do.
   *
   * @param permissions null: those that it has
   */
  private void restrict(@Nullable Set<PosixFilePermission> permissions)
      throws StateUnusableException {
    try {
      Set<PosixFilePermission> present = Files.getPosixFilePermissions(directory);
      Files.setPosixFilePermissions(directory, permissions == null ? present : permissions);
    } catch (IOException e) {
      throw unusable(
          "belongs to " + owner() + " and holds task tokens",
          "give it to " + user() + " (chown) or name another folder",
          e);
    }
  }

  private void tryWriting() throws StateUnusableException {
    try {
      for (Path folder : withFolders()) {
        tryWriting(folder);
      }
    } catch (IOException e) {
      throw unusable("takes no file (" + FileTrouble.text(e) + ")", remedy(e), e);
    }
  }

  private static void tryWriting(Path folder) throws IOException {
    Path file = folder.resolve("try-" + ProcessHandle.current().pid() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** What a former process made belongs to its user, who may have been another. */
  private List<Path> withFolders() throws IOException {
    List<Path> folders = new ArrayList<>(List.of(directory));
    try (Stream<Path> entries = Files.list(directory)) {
      entries.filter(Files::isDirectory).forEach(folders::add);
    }
    return folders;
  }

  /** The folders that {@link #make} makes, the deepest first. */
  private List<Path> missing() {
    List<Path> missing = new ArrayList<>();
    for (Path at = directory; at != null && Files.notExists(at); at = at.getParent()) {
      missing.add(at);
    }
    return missing;
  }

  private static void deleteIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Somebody else uses it by now.
      return;
    }
  }

  private static String remedy(IOException cause) {
    return switch (cause) {
      case AccessDeniedException _ ->
          "give " + user() + " the right to write there, or name another folder";
      case NotDirectoryException _ -> "name a folder in the configuration";
      default -> "mend that or name another folder";
    };
  }

  private String owner() {
    try {
      return "the user '" + Files.getOwner(directory).getName() + "'";
    } catch (IOException e) {
      return "another user";
    }
  }

  private static String user() {
    return "the user '" + System.getProperty("user.name") + "'";
  }

  private StateUnusableException unusable(String fault, String remedy, IOException cause) {
    return new StateUnusableException(
        "stateDirectory " + directory + " " + fault + ": " + remedy + ".", cause);
  }
}
