package dev.drover.connector.folder;

import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.yaml.InvalidYamlException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One server: a sub-folder with its images.
 *
 * @param vmId the sub-folder's name
 * @param images in boot order; at least one
 * @param problems sentences about files that are no disks
 */
record ServerFolder(String vmId, ServerFile about, List<Image> images, List<String> problems) {
  /**
   * An image.
   *
   * @param name its name in the sub-folder, of which the disk's id is made
   * @param file where it really is
   */
  record Image(String name, Path file, long sizeBytes) {
    DiskId diskId(String vmId) {
      return DiskId.of(vmId, name);
    }
  }

  /**
   * Reads a sub-folder.
   *
   * @param root the source's folder; links that lead out of it are refused
   */
  static ServerFolder read(Path root, Path folder) {
    List<Image> images = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (isImage(file)) {
          images.add(image(root, file));
        } else if (!file.endsWith(ServerFile.FILE_NAME)) {
          problems.add(file + " is no disk image (*.img, *.raw) and is left out.");
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new SourceUnavailableException(
          folder + " could not be read (" + e.getMessage() + "): check its storage.", e);
    }
    if (images.isEmpty()) {
      throw new SourceUnreadableException(folder + " holds no disk image (*.img, *.raw).", null);
    }
    ServerFile about = about(folder);
    return new ServerFolder(
        String.valueOf(folder.getFileName()), about, ordered(folder, about, images), problems);
  }

  Report.InventoryServer toInventory() {
    List<Report.InventoryDisk> disks =
        images.stream()
            .map(i -> new Report.InventoryDisk(i.diskId(vmId), i.name(), i.sizeBytes()))
            .toList();
    return new Report.InventoryServer(
        vmId,
        about.name(),
        null,
        about.os(),
        about.firmware(),
        about.cpus(),
        about.memoryMib(),
        disks);
  }

  private static boolean isImage(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".img") || name.endsWith(".raw");
  }

  private static Image image(Path root, Path file) throws IOException {
    Path real = file.toRealPath();
    if (!real.startsWith(root)) {
      throw new SourceUnreadableException(
          file + " is a link out of " + root + ", which is refused: move the image here.", null);
    }
    if (!Files.isRegularFile(real)) {
      throw new SourceUnreadableException(file + " is not a regular file.", null);
    }
    long sizeBytes = Files.size(real);
    if (sizeBytes < 1 || sizeBytes > DiskGeometry.MAX_DISK_BYTES) {
      throw new SourceUnreadableException(
          file
              + " has "
              + sizeBytes
              + " bytes, a disk has 1 to "
              + DiskGeometry.MAX_DISK_BYTES
              + ".",
          null);
    }
    return new Image(String.valueOf(file.getFileName()), real, sizeBytes);
  }

  private static ServerFile about(Path folder) {
    try {
      return ServerFile.of(folder);
    } catch (InvalidYamlException e) {
      throw new SourceUnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<Image> ordered(Path folder, ServerFile about, List<Image> images) {
    List<String> order = about.disks();
    if (order == null) {
      return List.copyOf(images);
    }
    List<String> names = images.stream().map(Image::name).toList();
    if (order.size() != names.size() || !new HashSet<>(order).equals(new HashSet<>(names))) {
      throw new SourceUnreadableException(
          folder.resolve(ServerFile.FILE_NAME)
              + ": disks must name each image once, the folder holds "
              + names
              + ".",
          null);
    }
    return order.stream().map(name -> images.get(names.indexOf(name))).toList();
  }
}
