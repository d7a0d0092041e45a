package dev.drover.connector.folder;

import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.words.FileTrouble;
import dev.drover.connector.yaml.InvalidYamlException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server: a sub-folder with its images. It is taken as a whole or refused: a file that nobody
 * can account for may be a disk, and a server without one of its disks is not that server.
 *
 * @param vmId the sub-folder's name
 * @param images in boot order; at least one
 */
record ServerFolder(String vmId, ServerFile about, List<Image> images) {
  private static final int TIB_SHIFT = 40;

  /** How many strange files a sentence names. */
  private static final int MAX_NAMED = 5;

  /**
   * An image.
   *
   * @param name its name in the sub-folder, of which the disk's id is made
   * @param file where it really is
   * @param stamp from before its ends were looked at
   * @param partitioned whether it has a partition table
   */
  record Image(String name, Path file, ImageStamp stamp, boolean partitioned) {
    DiskId diskId(String vmId) {
      return DiskId.of(vmId, name);
    }

    private boolean isCalledRoot() {
      return name.toLowerCase(Locale.ROOT).startsWith("root");
    }
  }

  /** Refuses two disks under one id: the data of one would be taken for the other's. */
  ServerFolder {
    List<DiskId> ids = images.stream().map(image -> image.diskId(vmId)).toList();
    if (new HashSet<>(ids).size() < ids.size()) {
      throw new SourceUnreadableException(
          vmId + " has two disks of one id, its disks are " + names(images) + ": rename one.",
          null);
    }
  }

  /**
   * Reads a sub-folder.
   *
   * @param root the source's folder; links that lead out of it are refused
   */
  static ServerFolder read(Path root, Path folder) {
    String vmId = EntryName.exact(folder);
    try {
      ServerFile about = ServerFile.of(folder);
      List<Path> files =
          about.disks() == null ? accountedFor(folder) : named(folder, about.disks());
      if (files.isEmpty()) {
        throw new SourceUnreadableException(folder + " holds no disk image (*.img, *.raw).", null);
      }
      if (files.size() > Report.InventoryServer.MAX_DISKS) {
        throw new SourceUnreadableException(
            folder
                + " holds "
                + files.size()
                + " disks, an instance of EC2 takes at most "
                + Report.InventoryServer.MAX_DISKS
                + ": move some away.",
            null);
      }
      List<Image> images = new ArrayList<>();
      for (Path file : files) {
        Image image = image(root, file, about.raw());
        requireOneName(folder, image, images);
        images.add(image);
      }
      return new ServerFolder(
          vmId, about, about.disks() == null ? rootFirst(folder, images) : List.copyOf(images));
    } catch (InvalidYamlException e) {
      throw new SourceUnreadableException(String.valueOf(e.getMessage()), e);
    } catch (AccessDeniedException e) {
      throw new SourceUnreadableException(
          e.getFile() + " may not be read by this user: give the connector's user the right to.",
          e);
    } catch (IOException e) {
      throw new SourceUnavailableException(
          folder + " could not be read (" + FileTrouble.text(e) + "): check its storage.", e);
    }
  }

  Report.InventoryServer toInventory() {
    List<Report.InventoryDisk> disks =
        images.stream()
            .map(i -> new Report.InventoryDisk(i.diskId(vmId), i.name(), i.stamp().sizeBytes()))
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

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The images, when there is nothing else but what certainly is no disk. */
  private static List<Path> accountedFor(Path folder) throws IOException {
    List<Path> images = new ArrayList<>();
    List<Path> strange = new ArrayList<>();
    for (Path file : entries(folder)) {
      if (EntryName.isHidden(file) || file.endsWith(ServerFile.FILE_NAME)) {
        continue;
      }
      EntryName.exact(file);
      (isImage(file) ? images : strange).add(file);
    }
    if (!strange.isEmpty()) {
      throw new SourceUnreadableException(refusal(folder, strange), null);
    }
    return images;
  }

  private static String refusal(Path folder, List<Path> strange) throws IOException {
    for (Path file : strange) {
      if (ServerFile.isNearlyNamed(file)) {
        return file + " is not read: rename it to " + ServerFile.FILE_NAME + ".";
      }
    }
    for (Path file : strange) {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(file)) {
        Optional<ForeignFormat> format = ForeignFormat.certain(ImageEnds.read(file));
        if (format.isPresent()) {
          return format.get().sentence(file);
        }
      }
    }
    return folder
        + " holds what is no disk image by its name (*.img, *.raw): "
        + names(strange, EntryName::decoded)
        + ". Move it away, rename it if it is a raw disk image, or list the images as disks in "
        + ServerFile.FILE_NAME
        + ".";
  }

  /** The images that {@code server.yaml} lists; a file that is no image is not looked at. */
  private static List<Path> named(Path folder, List<String> order) throws IOException {
    List<Path> entries = entries(folder);
    List<Path> files = new ArrayList<>();
    // Looked for in the listing, never made into a path.
    for (String name : order) {
      entries.stream()
          .filter(entry -> EntryName.decoded(entry).equals(name))
          .findFirst()
          .ifPresent(files::add);
    }
    List<Path> images =
        entries.stream().filter(entry -> isImage(entry) && !EntryName.isHidden(entry)).toList();
    images.forEach(EntryName::exact);
    String fault = fault(order, entries, images);
    if (fault != null) {
      throw new SourceUnreadableException(
          folder.resolve(ServerFile.FILE_NAME)
              + ": disks must name each image once, and "
              + fault
              + "; the folder holds ["
              + names(images, EntryName::decoded)
              + "].",
          null);
    }
    files.forEach(EntryName::exact);
    return files;
  }

  /** What is wrong first with a list of disks, or null; what stands in it is not quoted. */
  private static @Nullable String fault(List<String> order, List<Path> entries, List<Path> images) {
    List<String> present = entries.stream().map(EntryName::decoded).toList();
    for (int i = 0; i < order.size(); i++) {
      String name = order.get(i);
      String entry = "entry " + (i + 1) + " of the list ";
      if (name.contains("/")) {
        return entry + "is a path: write the file's name alone";
      }
      if (!present.contains(name)) {
        return entry + "is no file of this folder";
      }
      if (order.indexOf(name) < i) {
        return entry + "is there twice";
      }
    }
    List<Path> unlisted =
        images.stream().filter(image -> !order.contains(EntryName.decoded(image))).toList();
    if (unlisted.isEmpty()) {
      return order.isEmpty() ? "the list is empty" : null;
    }
    return names(unlisted, EntryName::decoded) + " is not in the list";
  }

  private static boolean isImage(Path file) {
    String name = EntryName.decoded(file).toLowerCase(Locale.ROOT);
    return name.endsWith(".img") || name.endsWith(".raw");
  }

  private static Image image(Path root, Path file, boolean raw) throws IOException {
    Path real = real(file);
    if (!real.startsWith(root)) {
      throw new SourceUnreadableException(
          file + " is a link out of " + root + ", which is refused: move the image here.", null);
    }
    if (!Files.isRegularFile(real)) {
      throw new SourceUnreadableException(
          file + " is not a regular file: move it away or put an image there.", null);
    }
    String name = EntryName.exact(file);
    ServerFile.requirePresentable(file + ": the disk's name", name);
    ImageStamp stamp = ImageStamp.of(real);
    requireSize(file, stamp.sizeBytes());
    ImageEnds ends = ImageEnds.read(real);
    if (!raw) {
      Optional<String> refusal =
          ForeignFormat.of(ends)
              .map(format -> format.sentence(file))
              .or(() -> StatedEnd.behind(ends).map(end -> end.sentence(file, ends.sizeBytes())));
      if (refusal.isPresent()) {
        throw new SourceUnreadableException(refusal.get(), null);
      }
    }
    return new Image(name, real, stamp, PartitionTable.isIn(ends));
  }

  /** A link, or a hard one: no server has one file as two disks. */
  private static void requireOneName(Path folder, Image image, List<Image> others)
      throws IOException {
    for (Image other : others) {
      if (image.stamp.equals(other.stamp) && Files.isSameFile(image.file, other.file)) {
        throw new SourceUnreadableException(
            folder + ": " + other.name + " and " + image.name + " are one file: remove one.", null);
      }
    }
  }

  private static Path real(Path file) throws IOException {
    try {
      return file.toRealPath();
    } catch (FileSystemException e) {
      String fault = EntryName.brokenLink(file).orElseThrow(() -> e);
      throw new SourceUnreadableException(
          file + " is " + fault + ": put the image here or remove the link.", e);
    }
  }

  static void requireSize(Path file, long sizeBytes) {
    if (sizeBytes < 1 || sizeBytes > DiskGeometry.MAX_DISK_BYTES) {
      throw new SourceUnreadableException(
          file
              + " has "
              + sizeBytes
              + " bytes, an EBS volume takes 1 byte to "
              + (DiskGeometry.MAX_DISK_BYTES >> TIB_SHIFT)
              + " TiB: "
              + (sizeBytes < 1 ? "move it away." : "make the disk smaller."),
          null);
    }
  }

  /** The rest keeps the order of the names. */
  private static List<Image> rootFirst(Path folder, List<Image> images) {
    List<Image> roots = images.size() == 1 ? images : only(images, Image::isCalledRoot);
    if (roots.size() != 1) {
      roots = only(images, Image::partitioned);
    }
    if (roots.size() != 1) {
      throw new SourceUnreadableException(
          folder
              + " does not tell which of its disks is the root disk ("
              + partitioned(images)
              + "): call one of ["
              + names(images)
              + "] root.img, or list them as disks in "
              + ServerFile.FILE_NAME
              + ", the root disk first.",
          null);
    }
    List<Image> ordered = new ArrayList<>(roots);
    ordered.addAll(only(images, Predicate.not(roots::contains)));
    return List.copyOf(ordered);
  }

  private static String partitioned(List<Image> images) {
    List<Image> partitioned = only(images, Image::partitioned);
    return partitioned.isEmpty()
        ? "none has a partition table"
        : "these have a partition table: " + names(partitioned);
  }

  private static List<Image> only(List<Image> images, Predicate<Image> kind) {
    return images.stream().filter(kind).toList();
  }

  private static String names(List<Image> images) {
    return String.join(", ", images.stream().map(Image::name).toList());
  }

  private static String names(List<Path> files, Function<Path, String> name) {
    List<String> names = files.stream().limit(MAX_NAMED).map(name).toList();
    int more = files.size() - names.size();
    return String.join(", ", names) + (more == 0 ? "" : " and " + more + " more");
  }
}
