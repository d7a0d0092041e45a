package dev.drover.local.launcher.cloud;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A class path of its own for a JVM that outlives this command: the next build writes over the jars
 * in {@code target}, and a JVM that still reads them crashes.
 */
final class ClassPathCopy {
  private static final String EVERY_JAR = File.separator + "*";

  private ClassPathCopy() {}

  /**
   * Copies each entry into a folder, which holds nothing else afterwards.
   *
   * @param classPath as for {@code java -cp}, wildcards included
   * @return the class path of the copies, in the same order
   */
  static String into(Path folder, String classPath) {
    List<String> copies = new ArrayList<>();
    try {
      CloudHome.remove(folder);
      Files.createDirectories(folder);
      for (Path entry : entries(classPath)) {
        Path copy = folder.resolve(copies.size() + "-" + entry.getFileName());
        CloudHome.copyTree(entry, copy);
        copies.add(copy.toString());
      }
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot copy the class path to " + folder + ": " + Reason.of(e, folder), e);
    }
    return String.join(File.pathSeparator, copies);
  }

  private static List<Path> entries(String classPath) throws IOException {
    List<Path> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (entry.endsWith(EVERY_JAR)) {
        Path folder = Path.of(entry.substring(0, entry.length() - EVERY_JAR.length()));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
          jars.forEach(entries::add);
        }
      } else if (Files.exists(Path.of(entry))) {
        entries.add(Path.of(entry));
      }
    }
    return entries;
  }
}
