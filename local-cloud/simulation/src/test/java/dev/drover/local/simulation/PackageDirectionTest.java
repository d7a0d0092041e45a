package dev.drover.local.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which package uses which, all of it, downwards only. It stands here and not with the other rules
 * of direction, because the module that has those would wait for the simulation's long tests.
 */
class PackageDirectionTest {
  private static final Path SOURCES =
      Checkout.ROOT.resolve("local-cloud/simulation/src/main/java/dev/drover/local/simulation");
  private static final Pattern USED =
      Pattern.compile("\\bdev\\.drover\\.local\\.simulation\\.([a-z]+)\\.");

  private static final Map<String, Set<String>> USES =
      Map.of(
          "asl", Set.of("kernel"),
          "ebs", Set.of("kernel"),
          "scheduler", Set.of("kernel"),
          "fault", Set.of("kernel"),
          "site", Set.of("kernel", "fault"),
          "aws", Set.of("kernel", "fault", "asl", "ebs", "scheduler", "site"),
          "fleet", Set.of("kernel", "fault", "asl", "ebs", "site", "aws"),
          "report", Set.of("ebs", "aws", "fleet"));

  @Test
  void packages_useWhatStandsBelowThem() throws IOException {
    Map<String, Set<String>> found = new TreeMap<>();
    for (Path source : sources()) {
      String user = SOURCES.relativize(source).getName(0).toString();
      Matcher used = USED.matcher(Files.readString(source));
      while (used.find()) {
        if (!used.group(1).equals(user)) {
          found.computeIfAbsent(user, key -> new TreeSet<>()).add(used.group(1));
        }
      }
    }

    assertThat(found).isEqualTo(USES);
  }

  /** Those of packages: the command itself uses what it likes. */
  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(
              file ->
                  file.toString().endsWith(".java") && SOURCES.relativize(file).getNameCount() > 1)
          .toList();
    }
  }
}
