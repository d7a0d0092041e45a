package dev.drover.local.launcher.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a connector's source refuses: the connector says each in its log when it begins and when it
 * is mended, and once that its first inventory is complete.
 *
 * @param isListed whether the source was read since the connector's last start
 * @param sentences one a refused entry, with the reason
 */
public record RefusedServers(boolean isListed, List<String> sentences) {
  /** About what a terminal shows without scrolling away what else is said. */
  static final int MAX_SHOWN = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  public RefusedServers {
    sentences = List.copyOf(sentences);
  }

  /** As the log of a connector has it since the connector's last start; nothing without a log. */
  public static RefusedServers inLog(Path log) {
    return inLog(log, 0);
  }

  /** The same from a byte of the log on, before which it tells of earlier starts. */
  static RefusedServers inLog(Path log, long begin) {
    Collector found = new Collector();
    // Unlike Files.lines, a reader takes bytes that are no UTF-8: other programs write there, too.
    try (InputStream bytes = Files.newInputStream(log);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      bytes.skipNBytes(begin);
      lines.lines().filter(line -> line.startsWith("{")).forEach(found::take);
    } catch (NoSuchFileException e) {
      return new RefusedServers(false, List.of());
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read " + log + ", which names the refused servers: " + Reason.of(e, log), e);
    }
    return new RefusedServers(found.isListed, List.copyOf(found.refused));
  }

  /** What the events say so far. */
  private static final class Collector {
    private final Set<String> refused = new LinkedHashSet<>();
    private boolean isListed;

    void take(String line) {
      try {
        JsonNode event = JSON.readTree(line);
        String problem = event.path("problem").asText();
        switch (event.path("event").asText()) {
          case "agent.started" -> {
            refused.clear();
            isListed = false;
          }
          case "source.problem" -> refused.add(problem);
          case "source.problem.mended" -> refused.remove(problem);
          case "source.listed" -> isListed = true;
          default -> {}
        }
      } catch (JsonProcessingException e) {
        // A line that is being written; it is whole the next time.
      }
    }
  }

  /** For a terminal: how many, then each; nothing when none is refused. */
  public List<String> lines() {
    if (!isListed) {
      return List.of("Its source was not read yet: './drover status' tells later what is refused.");
    }
    if (sentences.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        sentences.size() == 1
            ? "1 entry of its source is refused:"
            : sentences.size() + " entries of its source are refused:");
    sentences.stream().limit(MAX_SHOWN).forEach(sentence -> lines.add("  " + sentence));
    if (sentences.size() > MAX_SHOWN) {
      lines.add(
          "  and %d more: the connector's log in .local/cloud/logs has them all."
              .formatted(sentences.size() - MAX_SHOWN));
    }
    return lines;
  }
}
