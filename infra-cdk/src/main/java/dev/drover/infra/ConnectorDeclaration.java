package dev.drover.infra;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A connector that the stack gives a task queue and a policy.
 *
 * @param name unique within its environment, for example {@code site-1}
 * @param environment what the connector serves: a vCenter, a Hyper-V host group, a folder of images
 */
record ConnectorDeclaration(String name, String environment) {
  /** The same form for names and environments; both become parts of object keys. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");

  private static final int ID_HEX_DIGITS = 17;

  ConnectorDeclaration {
    requireName("name", name);
    requireName("environment", environment);
  }

  /** {@code c-} and the first 17 hex digits of SHA-256 over {@code <environment>/<name>}. */
  String id() {
    String coordinates = environment + "/" + name;
    byte[] digest = sha256().digest(coordinates.getBytes(StandardCharsets.UTF_8));
    return "c-" + HexFormat.of().formatHex(digest).substring(0, ID_HEX_DIGITS);
  }

  /** The name as it stands in the stack's output: {@code site-1} is {@code Site1}. */
  String pascalName() {
    return Arrays.stream(name.split("-"))
        .filter(word -> !word.isEmpty())
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  private static void requireName(String what, String value) {
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a connector's %s must match %s, but is '%s'".formatted(what, NAME, value));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
