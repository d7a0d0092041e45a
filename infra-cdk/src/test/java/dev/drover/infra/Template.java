package dev.drover.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.cxapi.CloudAssembly;

/**
 * The stack's CloudFormation template, synthesized once for all tests, with the context of cdk.json
 * and functions that hold nothing: what they do is not the template's business.
 *
 * @param file where the template lies
 * @param json the whole of it
 */
record Template(Path file, JsonNode json) {
  static final String STACK = "Drover";
  static final Path STATE_MACHINES = Path.of("../statemachines");
  private static final ObjectMapper JSON = new ObjectMapper();

  static Template aws() {
    return Aws.TEMPLATE;
  }

  static Template withAccessLog() {
    return WithAccessLog.TEMPLATE;
  }

  static Template withConnectors(String json) {
    return synthesize(Map.of("drover:connectors", json));
  }

  static Template withAlarmTopic(String arn) {
    return synthesize(Map.of("drover:alarmTopicArn", arn));
  }

  static Template local() {
    return Local.TEMPLATE;
  }

  /** The properties of a resource; missing when there is no such resource. */
  JsonNode properties(String logicalId) {
    return json.at("/Resources/" + logicalId + "/Properties");
  }

  /** Logical id → resource, of one type. */
  Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    json.get("Resources")
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().get("Type").asText().equals(type)) {
                found.put(entry.getKey(), entry.getValue());
              }
            });
    return found;
  }

  /** Logical id → function, of those that are Drover's and not CDK's own. */
  Map<String, JsonNode> functions() {
    Map<String, JsonNode> functions = resources("AWS::Lambda::Function");
    functions.values().removeIf(function -> !function.at("/Properties/FunctionName").isTextual());
    return functions;
  }

  /** The function of a construct, or an assertion that fails naming it. */
  JsonNode function(String constructId) {
    return functions().values().stream()
        .filter(
            function ->
                function.at("/Properties/FunctionName").asText().equals(STACK + "-" + constructId))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no function " + constructId));
  }

  /** Logical id of an alias → name of the function that it stands for. */
  Map<String, String> aliases() {
    Map<String, String> aliases = new HashMap<>();
    resources("AWS::Lambda::Alias")
        .forEach(
            (id, alias) -> {
              String function = alias.at("/Properties/FunctionName/Ref").asText();
              aliases.put(
                  id, json.at("/Resources/" + function + "/Properties/FunctionName").asText());
            });
    return aliases;
  }

  /**
   * The function that a reference invokes: it names an alias, or it is a function's name with the
   * alias behind it, as CDK takes both out of the alias's ARN.
   */
  String invoked(JsonNode reference) {
    Map<String, String> aliases = aliases();
    return reference.findValuesAsText("Ref").stream()
        .filter(aliases::containsKey)
        .filter(_ -> reference.has("Ref") || render(reference).endsWith(":live"))
        .map(id -> aliases.getOrDefault(id, ""))
        .findFirst()
        .orElse("not by an alias: " + render(reference));
  }

  /** A value as one line: references as {@code ${LogicalId}} or {@code ${LogicalId.Attribute}}. */
  static String render(JsonNode value) {
    if (value.has("Ref")) {
      return "${" + value.get("Ref").asText() + "}";
    }
    if (value.has("Fn::GetAtt")) {
      JsonNode of = value.get("Fn::GetAtt");
      return "${" + of.get(0).asText() + "." + of.get(1).asText() + "}";
    }
    if (value.has("Fn::Join")) {
      return elements(value.at("/Fn::Join/1")).stream()
          .map(Template::render)
          .collect(Collectors.joining(value.at("/Fn::Join/0").asText()));
    }
    return value.isTextual() ? value.asText() : value.toString();
  }

  /** The elements of an array; a policy's single value counts as an array of one. */
  static List<JsonNode> elements(JsonNode value) {
    if (value instanceof MissingNode) {
      return List.of();
    }
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false).toList()
        : List.of(value);
  }

  private static Template synthesize(Map<String, String> settings) {
    try {
      Path folder = Files.createTempDirectory(Path.of("target"), "template");
      Path functions = Files.createDirectories(folder.resolve("local"));
      Files.writeString(functions.resolve("bootstrap"), "#!/bin/sh\n");
      Path jar = Files.write(folder.resolve("functions.jar"), new byte[0]);
      Map<String, Object> context = new HashMap<>(contextOfCdkJson());
      context.putAll(settings);
      App app =
          new App(
              AppProps.builder()
                  .outdir(folder.resolve("cdk.out").toAbsolutePath().toString())
                  .context(context)
                  .analyticsReporting(false)
                  .build());
      new DroverStack(
          app, DroverSettings.from(context), new ProjectFiles(jar, functions, STATE_MACHINES));
      CloudAssembly assembly = app.synth();
      Path file = Path.of(assembly.getStackByName(STACK).getTemplateFullPath());
      return new Template(file, JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // a JSON object has string keys
  private static Map<String, Object> contextOfCdkJson() throws IOException {
    JsonNode context = JSON.readTree(Path.of("cdk.json").toFile()).get("context");
    return JSON.convertValue(context, Map.class);
  }

  private static final class Aws {
    static final Template TEMPLATE = synthesize(Map.of());
  }

  private static final class WithAccessLog {
    static final Template TEMPLATE = synthesize(Map.of("drover:apiAccessLog", "true"));
  }

  private static final class Local {
    static final Template TEMPLATE = synthesize(Map.of("drover:local", "true"));
  }
}
