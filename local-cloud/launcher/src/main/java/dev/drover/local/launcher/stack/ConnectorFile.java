package dev.drover.local.launcher.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.LocalCloudException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration file of a connector.
 *
 * @param connectorId as the stack gave it
 * @param yaml the file's text
 */
record ConnectorFile(String connectorId, String yaml) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The stack's output that holds what only the stack knows of a connector. */
  static String outputName(String connectorName) {
    return "Connector" + connectorName + "Config";
  }

  /**
   * The configuration from what the stack says and what the caller wants; the caller wins.
   *
   * @param source the section of that name
   * @param stackOutput JSON with connectorId, environment, region, bucket and taskQueueUrl
   */
  static ConnectorFile of(
      ConnectorStart connector, Map<String, String> source, String stackOutput) {
    String output = outputName(connector.name());
    try {
      JsonNode stack = JSON.readTree(stackOutput);
      String connectorId = stack.path("connectorId").asText();
      if (connectorId.isEmpty()) {
        throw new LocalCloudException("The stack's output " + output + " has no connectorId.");
      }
      Map<String, Object> config = new LinkedHashMap<>();
      stack.properties().forEach(key -> config.put(key.getKey(), key.getValue().asText()));
      config.put("stateDirectory", connector.stateDirectory().toString());
      config.put("source", source);
      config.putAll(connector.overrides());
      // JSON is YAML, and JSON's quoting has no surprises.
      String yaml = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n";
      return new ConnectorFile(connectorId, yaml);
    } catch (JsonProcessingException e) {
      throw new LocalCloudException("The stack's output " + output + " is no JSON.", e);
    }
  }
}
