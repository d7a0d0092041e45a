package dev.drover.connector.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who has an image open for writing, or mapped into its memory so that it can write without any
 * call: such a write changes no time of the file until the kernel writes the page back. What Linux
 * tells of processes is looked at, and of loop devices, which are no process.
 *
 * <p>Not seen are processes of other machines, of other PID namespaces when this one is in a
 * container, and, unless this process may look into all others (root may), those of other users.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
final class ImageWriters {
  private static final Path PROC = Path.of("/proc");
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");

  /** In octal; the last digit has the access mode, of which 1 is write and 2 read and write. */
  private static final Pattern FLAGS = Pattern.compile("flags:\\s*0*(\\d+)");

  private static final int ACCESS_MODE = 3;

  /** {@code 7f00-7f01 rw-s 00000000 fe:01 131 /srv/images/web/disk.img}, for each mapping. */
  private static final Pattern SHARED_AND_WRITABLE =
      Pattern.compile("\\S+ \\Sw\\Ss \\S+ (?<device>\\S+) (?<inode>\\d+)\\s*(?<path>.*)");

  private final Path proc;
  private final Path blockDevices;

  ImageWriters() {
    this(PROC, BLOCK_DEVICES);
  }

  ImageWriters(Path proc, Path blockDevices) {
    this.proc = proc;
    this.blockDevices = blockDevices;
  }

  /**
   * What was found.
   *
   * @param byImage images that somebody can write to, and who
   * @param complete whether every process could be looked into
   */
  record Findings(Map<Path, Set<String>> byImage, boolean complete) {
    Optional<String> of(Path image) {
      return Optional.ofNullable(byImage.get(image)).map(who -> String.join(", ", who));
    }
  }

  /** A file as the kernel tells it from all others. */
  private record FileId(long device, long inode) {
    static FileId of(Path file) throws IOException {
      Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino");
      return new FileId(number(attributes, "dev"), number(attributes, "ino"));
    }

    private static long number(Map<String, Object> attributes, String name) throws IOException {
      if (attributes.get(name) instanceof Number number) {
        return number.longValue();
      }
      throw new IOException("the file system does not tell the attribute '" + name + "'");
    }

    /** As the maps of processes have it. */
    String deviceText() {
      long major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
      long minor = (device & 0xff) | (device >>> 12 & ~0xffL);
      return String.format(Locale.ROOT, "%02x:%02x", major, minor);
    }
  }

  /**
   * Looks for those who can write to one of the images now.
   *
   * @param images real paths
   */
  Findings find(Collection<Path> images) {
    Search search = new Search(images);
    boolean complete = true;
    List<Path> processes = children(proc, name -> name.chars().allMatch(Character::isDigit));
    for (Path process : processes) {
      complete &= search.lookInto(process);
    }
    children(blockDevices, name -> name.startsWith("loop")).forEach(search::lookAtLoop);
    return new Findings(search.found, complete && !processes.isEmpty());
  }

  private static List<Path> children(Path folder, Predicate<String> named) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (named.test(String.valueOf(entry.getFileName()))) {
          children.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Not Linux, or not told.
      return List.of();
    }
    return children;
  }

  private static final class Search {
    final Map<Path, Set<String>> found = new HashMap<>();
    private final Map<FileId, Path> images = new HashMap<>();

    Search(Collection<Path> wanted) {
      for (Path image : wanted) {
        try {
          images.put(FileId.of(image), image);
        } catch (IOException e) {
          // It is gone: whoever reads it says so.
        }
      }
    }

    /** False when it may not be looked into; a process that ended has nothing open. */
    boolean lookInto(Path process) {
      try {
        lookAtMaps(process);
        lookAtOpenFiles(process);
        return true;
      } catch (NoSuchFileException e) {
        return true;
      } catch (IOException | DirectoryIteratorException e) {
        return !Files.exists(process);
      }
    }

    private void lookAtOpenFiles(Path process) throws IOException {
      try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path descriptor : open) {
          lookAtOpenFile(process, descriptor);
        }
      }
    }

    private void lookAtOpenFile(Path process, Path descriptor) throws IOException {
      Path image;
      try {
        image = images.get(FileId.of(descriptor));
      } catch (NoSuchFileException e) {
        return; // closed meanwhile
      }
      if (image != null && isForWriting(process, descriptor)) {
        add(image, named(process) + " has it open for writing");
      }
    }

    private static boolean isForWriting(Path process, Path descriptor) throws IOException {
      Path info = process.resolve("fdinfo").resolve(String.valueOf(descriptor.getFileName()));
      Matcher flags = FLAGS.matcher(Files.readString(info));
      return flags.find() && (Long.parseLong(flags.group(1), 8) & ACCESS_MODE) != 0;
    }

    private void lookAtMaps(Path process) throws IOException {
      try (Stream<String> maps = Files.lines(process.resolve("maps"))) {
        maps.map(SHARED_AND_WRITABLE::matcher)
            .filter(Matcher::matches)
            .forEach(mapping -> lookAt(process, mapping));
      } catch (UncheckedIOException e) {
        throw new IOException(e);
      }
    }

    /** Some file systems (Btrfs, overlays) show another device there: then the path must agree. */
    private void lookAt(Path process, Matcher mapping) {
      long inode = Long.parseLong(mapping.group("inode"));
      images.forEach(
          (id, image) -> {
            boolean same =
                id.deviceText().equals(mapping.group("device"))
                    || mapping.group("path").equals(image.toString());
            if (id.inode() == inode && same) {
              add(image, named(process) + " has it mapped for writing");
            }
          });
    }

    void lookAtLoop(Path device) {
      try {
        Path backing = Path.of(Files.readString(device.resolve("loop/backing_file")).strip());
        boolean readOnly = Files.readString(device.resolve("ro")).strip().equals("1");
        Path image = images.get(FileId.of(backing));
        if (image != null && !readOnly) {
          add(image, "the loop device " + device.getFileName() + " can write to it");
        }
      } catch (IOException e) {
        // It has no file.
      }
    }

    private void add(Path image, String who) {
      found.computeIfAbsent(image, _ -> new LinkedHashSet<>()).add(who);
    }

    private static String named(Path process) {
      String name;
      try {
        name = Files.readString(process.resolve("comm")).strip();
      } catch (IOException e) {
        name = "a program";
      }
      return name + " (process " + process.getFileName() + ")";
    }
  }
}
