package dev.drover.local.torture.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.torture.wire.Witness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What must not be in any log: task tokens as they passed, keys and passwords. */
final class Secrets {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Of MiniStack and CDK, which are none of ours; and where the simulated vCenter tells who started
   * it the passwords that it made up.
   */
  private static final Set<String> OTHERS = Set.of("ministack.log", "cdk.log", "vcenter.log");

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();

  void add(String secret) {
    secrets.add(secret);
  }

  /** Sees the tokens that connectors get. */
  Witness witness() {
    return (call, _, _, answer) -> {
      if (call.is("ReceiveMessage")) {
        tokens(answer);
      }
    };
  }

  private void tokens(byte[] answer) {
    try {
      for (JsonNode message : JSON.readTree(answer).path("Messages")) {
        JsonNode token = task(message.path("Body").asText()).path("taskToken");
        if (token.isTextual()) {
          secrets.add(token.asText());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode task(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode(); // poison
    }
  }

  /** The logs below a folder that have one, a sentence each. */
  List<String> foundIn(Path logs) {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!OTHERS.contains(String.valueOf(file.getFileName()))) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          if (secrets.stream().anyMatch(text::contains)) {
            found.add(file.getFileName() + " has a token, a key or a password");
          }
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
