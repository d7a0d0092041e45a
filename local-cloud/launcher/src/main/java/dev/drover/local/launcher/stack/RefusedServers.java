package dev.drover.local.launcher.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import java.io.BufferedReader;
import java.io.IOException;
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
 * is mended, from its first inventory on.
 *
 * @param sentences one a refused entry, with the reason
 */
public record RefusedServers(List<String> sentences) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public RefusedServers {
    sentences = List.copyOf(sentences);
  }

  /** As the log of a connector has it since the connector's last start; nothing without a log. */
  public static RefusedServers inLog(Path log) {
    Set<String> refused = new LinkedHashSet<>();
    // Unlike Files.lines, a reader takes bytes that are no UTF-8: other programs write there, too.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(log), StandardCharsets.UTF_8))) {
      lines.lines().filter(line -> line.startsWith("{")).forEach(line -> take(line, refused));
    } catch (NoSuchFileException e) {
      return new RefusedServers(List.of());
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read " + log + ", which names the refused servers: " + Reason.of(e), e);
    }
    return new RefusedServers(List.copyOf(refused));
  }

  private static void take(String line, Set<String> refused) {
    try {
      JsonNode event = JSON.readTree(line);
      String problem = event.path("problem").asText();
      switch (event.path("event").asText()) {
        case "agent.started" -> refused.clear();
        case "source.problem" -> refused.add(problem);
        case "source.problem.mended" -> refused.remove(problem);
        default -> {}
      }
    } catch (JsonProcessingException e) {
      // A line that is being written; it is whole the next time.
    }
  }

  /** For a terminal: how many, then each; nothing when none is refused. */
  public List<String> lines() {
    if (sentences.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        sentences.size() == 1
            ? "1 entry of its folder is refused:"
            : sentences.size() + " entries of its folder are refused:");
    sentences.forEach(sentence -> lines.add("  " + sentence));
    return lines;
  }
}
