package dev.drover.local.simulator.guest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * User data as a Linux guest takes it: a script, or a MIME message whose parts are scripts, run one
 * after another. Everything else that cloud-init understands is refused by name.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html">Run commands
 *     when you launch an EC2 instance with user data input</a>
 */
final class UserData {
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
  private static final String SHEBANG = "#!";
  private static final String SCRIPT = "text/x-shellscript";

  private UserData() {}

  /** A part of it, in its order. */
  sealed interface Part {
    /**
     * To be run as it is.
     *
     * @param text a character for each byte (ISO 8859-1)
     */
    record Script(String text) implements Part {}

    /**
     * Not to be run.
     *
     * @param what for people, to go before "is not run here"
     */
    record Refused(String what) implements Part {}
  }

  static List<Part> parts(byte[] data) {
    String text = new String(data, StandardCharsets.ISO_8859_1);
    if (text.startsWith(SHEBANG)) {
      return List.of(new Part.Script(text));
    }
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("<powershell>") || start.startsWith("<script>")) {
      return List.of(new Part.Refused("user data for Windows (PowerShell)"));
    }
    if (start.startsWith("content-type: multipart/") || start.startsWith("mime-version:")) {
      return ofMime(text);
    }
    return text.isBlank()
        ? List.of()
        : List.of(new Part.Refused("user data that is neither a '#!' script nor a MIME message"));
  }

  private static List<Part> ofMime(String text) {
    Entity message = Entity.of(text);
    Matcher boundary = BOUNDARY.matcher(message.header("content-type"));
    if (!boundary.find()) {
      return List.of(new Part.Refused("a MIME message without a boundary"));
    }
    String delimiter =
        "--" + Optional.ofNullable(boundary.group(1)).orElseGet(() -> boundary.group(2));
    List<Part> parts = new ArrayList<>();
    StringBuilder part = null;
    for (String line : message.body().split("(?<=\n)", -1)) {
      String word = line.stripTrailing();
      if (word.equals(delimiter) || word.equals(delimiter + "--")) {
        if (part != null) {
          parts.add(ofEntity(Entity.of(withoutLastBreak(part.toString()))));
        }
        part = word.equals(delimiter) ? new StringBuilder() : null;
      } else if (part != null) {
        part.append(line);
      }
    }
    if (part != null) {
      parts.add(new Part.Refused("a MIME part that is cut off"));
    }
    return parts;
  }

  /** The line break before a delimiter belongs to the delimiter. */
  private static String withoutLastBreak(String part) {
    return part.replaceFirst("\r?\n\\z", "");
  }

  private static Part ofEntity(Entity entity) {
    String type = entity.header("content-type").split(";", -1)[0].strip();
    String script = entity.text();
    if (script == null) {
      return new Part.Refused(
          "a MIME part in the encoding '" + entity.header("content-transfer-encoding") + "'");
    }
    return type.equalsIgnoreCase(SCRIPT) && script.startsWith(SHEBANG)
        ? new Part.Script(script)
        : new Part.Refused("a MIME part of the type '" + type + "', or without '#!',");
  }

  /** Headers, by lower-case name, and what follows the empty line. */
  private record Entity(Map<String, String> headers, String body) {
    static Entity of(String text) {
      Map<String, String> headers = new TreeMap<>();
      if (text.startsWith("\n") || text.startsWith("\r\n")) {
        return new Entity(headers, text.replaceFirst("\\A\r?\n", ""));
      }
      String[] both = text.stripLeading().split("\r?\n\r?\n", 2);
      for (String line : both[0].replaceAll("\r?\n[ \t]+", " ").split("\r?\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.put(
              line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
              line.substring(colon + 1).strip());
        }
      }
      return new Entity(headers, both.length == 2 ? both[1] : "");
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Null: in an encoding that is not known here. */
    @Nullable String text() {
      return switch (header("content-transfer-encoding").toLowerCase(Locale.ROOT)) {
        case "", "7bit", "8bit", "binary" -> body;
        case "base64" -> decoded();
        default -> null;
      };
    }

    private @Nullable String decoded() {
      try {
        return new String(Base64.getMimeDecoder().decode(body), StandardCharsets.ISO_8859_1);
      } catch (IllegalArgumentException malformed) {
        return null;
      }
    }
  }
}
