package dev.drover.connector.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small YAML mapping that is read key by key. Complaints are gathered, and {@link #finish} throws
 * them all at once; a key that nobody asked for is one of them.
 */
public final class StrictYaml {
  /** A configuration has some hundred bytes; what is much larger is none. */
  public static final int MAX_FILE_BYTES = 65_536;

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /** What may be shown of a file that is not quoted: a plain identifier. */
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,40}");

  /** How Jackson begins to say that a key is there twice; the key follows. */
  private static final String DUPLICATE = "Duplicate field";

  private final String what;
  private final String prefix;
  private final JsonNode root;
  private final List<String> problems;
  private final Set<String> unread;
  private final Set<String> known = new LinkedHashSet<>();
  private final boolean quoting;
  private final Map<String, String> written;

  private StrictYaml(
      String what,
      String prefix,
      JsonNode root,
      List<String> problems,
      boolean quoting,
      Map<String, String> written) {
    this.what = what;
    this.prefix = prefix;
    this.root = root;
    this.problems = problems;
    this.quoting = quoting;
    this.written = written;
    this.unread = new LinkedHashSet<>();
    root.fieldNames().forEachRemaining(unread::add);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidYamlException when it cannot be read or is no mapping
   */
  public static StrictYaml read(Path file) {
    String what = file.toString();
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidYamlException(what, List.of("has more than " + MAX_FILE_BYTES + " bytes"));
      }
      return parse(what, Files.readString(file));
    } catch (IOException e) {
      throw new InvalidYamlException(what, List.of("cannot be read: " + FileTrouble.reason(e)));
    }
  }

  /** Reads a text; complaints quote what is wrong in it. */
  public static StrictYaml parse(String what, String text) {
    return parse(what, text, true);
  }

  /**
   * Reads a text that is none of the connector's own; complaints go to the cloud, so they name
   * keys, lines and columns and quote nothing.
   */
  public static StrictYaml parseWithoutQuoting(String what, String text) {
    return parse(what, text, false);
  }

  private static StrictYaml parse(String what, String text, boolean quoting) {
    try (JsonParser parser = YAML.createParser(text)) {
      JsonNode root = YAML.readTree(parser);
      if (root == null || !root.isObject()) {
        throw new InvalidYamlException(what, List.of("is not a list of 'key: value' lines"));
      }
      if (parser.nextToken() != null) {
        throw new InvalidYamlException(what, List.of("holds more than one document"));
      }
      return new StrictYaml(what, "", root, new ArrayList<>(), quoting, written(text));
    } catch (JsonProcessingException e) {
      throw new InvalidYamlException(what, List.of(complaint(e, quoting)));
    } catch (IOException e) {
      throw new InvalidYamlException(what, List.of("cannot be read: " + FileTrouble.reason(e)));
    }
  }

  /** A mapping inside this one; complaints go to the same list. Empty when it is missing. */
  public StrictYaml section(String key) {
    JsonNode node = take(key);
    if (node != null && !node.isObject()) {
      complain(key, "is not a mapping");
    }
    JsonNode section = node != null && node.isObject() ? node : YAML.createObjectNode();
    return new StrictYaml(what, prefix + key + ".", section, problems, quoting, written);
  }

  /**
   * A text, or null when the key is missing. It is taken as it is written: YAML would make {@code
   * false} of {@code no}, 7 of {@code 007} and 1000.0 of {@code 1e3}.
   */
  public @Nullable String text(String key) {
    JsonNode node = take(key);
    if (node == null) {
      return null;
    }
    if (!node.isValueNode()) {
      complain(key, "is not a text");
      return null;
    }
    if (node.isNull() || node.asText().isBlank()) {
      complain(key, "is empty: write a text behind it or remove the line");
      return null;
    }
    return node.isTextual() ? node.asText() : written.get(pointer(key));
  }

  /** Whether the key is there, whatever stands behind it. */
  public boolean has(String key) {
    known.add(key);
    return root.has(key);
  }

  /** A text that must be there, turned into what it means; null after a complaint. */
  public <T> @Nullable T required(String key, Function<String, T> meaning) {
    known.add(key);
    if (!root.has(key)) {
      complain(key, "is missing");
      return null;
    }
    String text = text(key);
    try {
      return text == null ? null : meaning.apply(text);
    } catch (RuntimeException e) {
      complain(key, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** A whole number with its default and range. */
  public long number(String key, long defaultValue, long min, long max) {
    Long value = number(key, min, max);
    return value == null ? defaultValue : value;
  }

  /** A whole number with its range, or null when the key is missing. */
  public @Nullable Long number(String key, long min, long max) {
    JsonNode node = take(key);
    if (node == null) {
      return null;
    }
    if (!node.canConvertToLong() || !node.isIntegralNumber()) {
      complain(key, "is not a whole number");
      return null;
    }
    long value = node.longValue();
    if (value < min || value > max) {
      String shown = quoting ? "is " + value : "is out of range";
      complain(key, shown + ", allowed are " + min + " to " + max);
      return null;
    }
    return value;
  }

  /** A list of texts, or null when the key is missing. */
  public @Nullable List<String> texts(String key) {
    JsonNode node = take(key);
    if (node == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    if (!node.isArray()) {
      complain(key, "is not a list");
      return texts;
    }
    for (JsonNode element : node) {
      if (element.isTextual()) {
        texts.add(element.asText());
      } else {
        complain(key, "holds something that is not a text: put it in quotes");
      }
    }
    return texts;
  }

  /** Notes a complaint about a key. */
  public void complain(String key, String complaint) {
    problems.add(prefix + key + " " + complaint);
  }

  /** Complains about keys that nobody asked for; the last complaint has those that somebody did. */
  public void endSection() {
    int left = unread.size();
    for (String key : unread) {
      left--;
      String complaint =
          left > 0 ? "is unknown" : "is unknown, known are " + String.join(", ", known);
      if (quoting || PLAIN_KEY.matcher(key).matches()) {
        complain(key, complaint);
      } else {
        problems.add("a key " + complaint);
      }
    }
    unread.clear();
  }

  /** Throws all complaints, if there are any. */
  public void finish() {
    endSection();
    if (!problems.isEmpty()) {
      throw new InvalidYamlException(what, problems);
    }
  }

  /** Every scalar as it stands in the file, by its JSON pointer. */
  private static Map<String, String> written(String text) throws IOException {
    Map<String, String> written = new HashMap<>();
    try (JsonParser parser = YAML.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()) {
          written.put(parser.getParsingContext().pathAsPointer().toString(), parser.getText());
        }
      }
    }
    return written;
  }

  private String pointer(String key) {
    return "/" + prefix.replace('.', '/') + key;
  }

  private static String complaint(JsonProcessingException e, boolean quoting) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.startsWith(DUPLICATE)) {
      String key = quoting ? "the key" + message.substring(DUPLICATE.length()) : "a key";
      return "holds " + key + " twice" + place(e) + ": remove one";
    }
    // The parser's own words are a dump of several lines.
    return "is not YAML" + place(e) + ": look for what is not closed or not indented there";
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }

  private @Nullable JsonNode take(String key) {
    known.add(key);
    unread.remove(key);
    return root.get(key);
  }
}
