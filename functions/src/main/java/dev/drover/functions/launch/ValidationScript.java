package dev.drover.functions.launch;

import dev.drover.functions.state.AppId;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a launched server runs after its user data: it fetches the validation's script from S3, runs
 * it, and tells this API what came of it, all with the keys of its role. It signs by itself, since
 * servers that come from elsewhere have no AWS CLI: {@code curl --aws-sigv4} is younger than many
 * of them, signs no session token before 7.84 or so, and takes the secret as an argument.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">
 *     Create a signed AWS API request</a>
 */
final class ValidationScript {
  private static final String RESOURCE = "validate.sh";
  private static final Pattern API_URL = Pattern.compile("https?://[\\w.:-]+/[\\w./-]*");
  private static final String UNRESERVED = "-._~/";

  private ValidationScript() {}

  /**
   * Makes it.
   *
   * @param apiUrl of this API
   * @throws NotLaunchableException when no guest would run it
   */
  static byte[] of(AppId app, Validation<ServerScript> validation, String apiUrl) {
    ServerScript script = validation.script();
    if (!UserData.SHELL.equals(script.type())) {
      throw new NotLaunchableException(
          "its validation is a %s, and servers are validated by %s only; change it with PutAppValidationConfiguration."
              .formatted(script.type(), UserData.SHELL));
    }
    if (!API_URL.matcher(apiUrl).matches()) {
      throw new IllegalStateException("the API's address is no URL: " + apiUrl);
    }
    // No id, bucket or address has a quote in it, and the key is encoded.
    return """
        #!/bin/sh
        app='%s'
        validation='%s'
        api='%s'
        script='%s/%s'
        %s"""
        .formatted(
            app,
            validation.id(),
            apiUrl,
            script.source().bucket(),
            encoded(script.source().key()),
            body())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** As SigV4 has it for S3: every byte but a few, slashes stay. */
  private static String encoded(String key) {
    if (List.of(key.split("/", -1)).stream().anyMatch(it -> it.equals(".") || it.equals(".."))) {
      throw new NotLaunchableException(
          "the key of its validation's script has a part '.' or '..', which HTTP clients take out; copy the script to another key, and name that with PutAppValidationConfiguration.");
    }
    StringBuilder text = new StringBuilder();
    for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (each & 0xff);
      if ((character < 0x80 && Character.isLetterOrDigit(character))
          || UNRESERVED.indexOf(character) >= 0) {
        text.append(character);
      } else {
        text.append("%%%02X".formatted((int) character));
      }
    }
    return text.toString();
  }

  /** Comments are for people, and user data has few bytes. */
  private static String body() {
    try (InputStream in =
        Objects.requireNonNull(ValidationScript.class.getResourceAsStream(RESOURCE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.joining("\n", "", "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
