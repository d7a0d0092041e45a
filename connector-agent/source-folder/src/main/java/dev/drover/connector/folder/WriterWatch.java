package dev.drover.connector.folder;

import dev.drover.connector.source.SourceUnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks whether images are at rest, and knows what it cannot see. A look is of one instant: who
 * opens an image, writes and closes it between two looks is only seen by the file's times.
 */
final class WriterWatch {
  /** File systems that other machines write to as well, as Linux calls them; their caches lag. */
  private static final Set<String> SHARED_FILE_SYSTEMS =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb3",
          "smbfs",
          "9p",
          "virtiofs",
          "vboxsf",
          "ceph",
          "lustre",
          "beegfs",
          "gpfs",
          "ocfs2",
          "gfs2",
          "afs",
          "fuse.sshfs",
          "fuse.glusterfs",
          "fuse.ceph",
          "fuse.s3fs",
          "fuse.vmhgfs-fuse");

  private final List<Path> images;
  private final ImageWriters writers;
  private final boolean allowed;
  private boolean knowsOfAllWriters = true;

  private WriterWatch(List<Path> images, ImageWriters writers, boolean allowed) {
    this.images = List.copyOf(images);
    this.writers = writers;
    this.allowed = allowed;
  }

  static WriterWatch over(List<Path> images, ImageWriters writers, boolean allowed) {
    return new WriterWatch(images, writers, allowed);
  }

  /**
   * Looks for writers.
   *
   * @throws SourceUnreadableException when there is one and none is allowed
   */
  void look() {
    ImageWriters.Findings found = writers.find(images);
    for (Path image : images) {
      String who = found.of(image).orElse(null);
      if (who != null && !allowed) {
        throw new SourceUnreadableException(
            image
                + " is not at rest: "
                + who
                + ". Stop it and start the run again, or set source.allowWriters, if what is copied"
                + " need not be of one instant.",
            null);
      }
      knowsOfAllWriters &= who == null && sharedFileSystem(image).isEmpty();
    }
    knowsOfAllWriters &= found.complete();
  }

  /** Whether every look could see all that can write, and saw nobody. */
  boolean knowsOfAllWriters() {
    return knowsOfAllWriters;
  }

  /** What a run may fail for, or could not be sure of, if it began now. */
  List<String> warnings() {
    if (images.isEmpty()) {
      return List.of();
    }
    List<String> warnings = new ArrayList<>();
    ImageWriters.Findings found = writers.find(images);
    Set<String> shared = new TreeSet<>();
    for (Path image : images) {
      found
          .of(image)
          .ifPresent(
              who ->
                  warnings.add(
                      image
                          + " is not at rest: "
                          + who
                          + (allowed
                              ? "; what is copied may be of no one instant."
                              : "; a run that begins or ends meanwhile fails.")));
      String type = sharedFileSystem(image);
      if (!type.isEmpty()) {
        shared.add(type);
      }
    }
    if (!shared.isEmpty()) {
      warnings.add(
          "Images lie on a file system that other machines may write to ("
              + String.join(", ", shared)
              + "): what they write during a run may not be seen, so stop it there.");
    }
    if (!found.complete()) {
      warnings.add(
          "Not every process on this machine can be looked into by this user: whether one has an"
              + " image open for writing, or mapped, is not known. Run the connector as root or with"
              + " CAP_SYS_PTRACE to know.");
    }
    return warnings;
  }

  /** Its type; empty when it is this machine's alone. */
  private static String sharedFileSystem(Path image) {
    try {
      String type = Files.getFileStore(image).type();
      return SHARED_FILE_SYSTEMS.contains(type) ? type : "";
    } catch (IOException e) {
      return "unknown";
    }
  }
}
