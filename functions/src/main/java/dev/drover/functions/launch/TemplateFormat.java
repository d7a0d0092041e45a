package dev.drover.functions.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.charset.StandardCharsets;

/** SMS's OutputFormat: how a template or a change set is written. */
public enum TemplateFormat {
  JSON("json"),
  YAML("yaml");

  private static final ObjectWriter AS_JSON = json();
  private static final ObjectWriter AS_YAML = yaml();

  private final String extension;

  TemplateFormat(String extension) {
    this.extension = extension;
  }

  private static ObjectWriter json() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    return new JsonMapper()
        .writer(new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
  }

  private static ObjectWriter yaml() {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    return new YAMLMapper(factory).writer();
  }

  /** What a file's name ends with, without the dot. */
  String extension() {
    return extension;
  }

  /** The same tree is the same bytes; they end with a line break. */
  byte[] write(JsonNode tree) {
    ObjectWriter writer = this == JSON ? AS_JSON : AS_YAML;
    try {
      return (writer.writeValueAsString(tree).stripTrailing() + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory cannot be written", e);
    }
  }
}
