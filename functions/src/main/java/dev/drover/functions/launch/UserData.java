package dev.drover.functions.launch;

import dev.drover.protocol.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an instance is given to run when it boots first: the caller's user data, the script that
 * configures the server, and what validates it. Linux guests take several as parts of one MIME
 * message, in this order.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html#user-data-mime-multi">Mime
 *     multi-part user data</a>
 */
final class UserData {
  /** EC2's limit, before the encoding. */
  static final int MAX_BYTES = 16_384;

  /** SMS's ScriptType of what Linux guests run. */
  static final String SHELL = "SHELL_SCRIPT";

  private static final String POWERSHELL = "POWERSHELL_SCRIPT";
  private static final byte[] SHEBANG = {'#', '!'};

  private UserData() {}

  /**
   * All as one; null when there is nothing.
   *
   * @param scriptType SMS's ScriptType of the script
   * @param validation what validates the server
   */
  static byte @Nullable [] of(
      byte @Nullable [] userData,
      byte @Nullable [] script,
      @Nullable String scriptType,
      byte @Nullable [] validation) {
    byte[] all;
    if (POWERSHELL.equals(scriptType) && script != null) {
      all = powershell(userData, script, validation);
    } else {
      List<byte[]> parts =
          Stream.of(userData, script, validation).filter(Objects::nonNull).toList();
      if (script != null) {
        requireShebang("configureScript", script);
      }
      if (userData != null && parts.size() > 1) {
        requireShebang("userData, which goes with other scripts,", userData);
      }
      all = parts.size() > 1 ? parts(parts) : parts.stream().findFirst().orElse(null);
    }
    if (all != null && all.length > MAX_BYTES) {
      throw new NotLaunchableException(
          "its user data, configure script and validation are %,d bytes together, at most %,d, which is EC2's limit; let the script download the rest."
              .formatted(all.length, MAX_BYTES));
    }
    return all;
  }

  private static void requireShebang(String name, byte[] script) {
    if (!Arrays.equals(script, 0, Math.min(SHEBANG.length, script.length), SHEBANG, 0, 2)) {
      throw new NotLaunchableException(
          "its %s is no shell script: it does not begin with '#!', and no guest would run it."
              .formatted(name));
    }
  }

  private static byte[] powershell(
      byte @Nullable [] userData, byte[] script, byte @Nullable [] validation) {
    if (validation != null) {
      throw new NotLaunchableException(
          "it has a PowerShell script and a validation, which is a shell script, and no system runs both; take one of them back.");
    }
    if (userData != null) {
      throw new NotLaunchableException(
          "it has user data and a PowerShell script, of which Windows runs one; put the script into the user data.");
    }
    return join("<powershell>\n".getBytes(StandardCharsets.UTF_8), script, text("\n</powershell>"));
  }

  /** The boundary stands in no part, and is the same for the same parts. */
  private static byte[] parts(List<byte[]> scripts) {
    String boundary = "drover-" + Digest.of(join(scripts.toArray(byte[][]::new))).hex();
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(
        text(
            "Content-Type: multipart/mixed; boundary=\"%s\"\nMIME-Version: 1.0\n"
                .formatted(boundary)));
    scripts.forEach(script -> message.writeBytes(part(boundary, script)));
    message.writeBytes(text("\n--" + boundary + "--\n"));
    return message.toByteArray();
  }

  private static byte[] part(String boundary, byte[] script) {
    return join(text("\n--" + boundary + "\nContent-Type: text/x-shellscript\n\n"), script);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
