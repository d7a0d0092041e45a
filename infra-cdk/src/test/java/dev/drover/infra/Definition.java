package dev.drover.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A state machine as it lies in the repository.
 *
 * @param json the whole of it
 */
record Definition(Path file, JsonNode json) {
  static Definition replicateRun() {
    return of("replicate-run.asl.json");
  }

  static Definition launchApp() {
    return of("launch-app.asl.json");
  }

  private static Definition of(String name) {
    Path file = Template.STATE_MACHINES.resolve(name);
    try {
      return new Definition(file, new ObjectMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every state by its name, those within a Map included. */
  Map<String, JsonNode> states() {
    Map<String, JsonNode> states = new LinkedHashMap<>();
    collect(json, states);
    return states;
  }

  Map<String, JsonNode> tasks() {
    Map<String, JsonNode> tasks = states();
    tasks.values().removeIf(state -> !state.get("Type").asText().equals("Task"));
    return tasks;
  }

  private static void collect(JsonNode machine, Map<String, JsonNode> states) {
    machine
        .get("States")
        .properties()
        .forEach(
            state -> {
              states.put(state.getKey(), state.getValue());
              if (state.getValue().has("ItemProcessor")) {
                collect(state.getValue().get("ItemProcessor"), states);
              }
            });
  }
}
