package dev.drover.local.torture.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The lines of logs that tell of a run. */
final class LogLines {
  private static final Pattern RUN = Pattern.compile("sms-run-[0-9a-f]{8}");

  /** Of each log. */
  private static final int MOST_LINES = 4;

  private static final int MOST_CHARS = 400;

  private LogLines() {}

  /** The last lines of each log that name the run that a sentence names; none if it names none. */
  static List<String> about(String sentence, Path logs) {
    Matcher run = RUN.matcher(sentence);
    if (!run.find()) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        List<String> lines =
            Files.readString(file, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.contains(run.group()))
                .toList();
        lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()).stream()
            .map(line -> file.getFileName() + ": " + shortened(line))
            .forEach(found::add);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shortened(String line) {
    return line.length() <= MOST_CHARS ? line : line.substring(0, MOST_CHARS) + "…";
  }
}
