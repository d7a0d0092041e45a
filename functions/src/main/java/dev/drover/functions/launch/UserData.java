package dev.drover.functions.launch;

import dev.drover.protocol.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an instance is given to run when it boots first: the caller's user data, and the script that
 * configures the server. Linux guests take both as parts of one MIME message, in this order.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html#user-data-mime-multi">Mime
 *     multi-part user data</a>
 */
final class UserData {
  /** EC2's limit, before the encoding. */
  static final int MAX_BYTES = 16_384;

  private static final String POWERSHELL = "POWERSHELL_SCRIPT";
  private static final byte[] SHEBANG = {'#', '!'};

  private UserData() {}

  /**
   * Both as one; null when there is neither.
   *
   * @param scriptType SMS's ScriptType of the script
   */
  static byte @Nullable [] of(
      byte @Nullable [] userData, byte @Nullable [] script, @Nullable String scriptType) {
    byte[] both;
    if (script == null) {
      both = userData;
    } else if (POWERSHELL.equals(scriptType)) {
      both = powershell(userData, script);
    } else {
      requireShebang("configureScript", script);
      both = userData == null ? script : parts(userData, script);
    }
    if (both != null && both.length > MAX_BYTES) {
      throw new NotLaunchableException(
          "its user data and configure script are %,d bytes together, at most %,d, which is EC2's limit; let the script download the rest."
              .formatted(both.length, MAX_BYTES));
    }
    return both;
  }

  private static void requireShebang(String name, byte[] script) {
    if (!Arrays.equals(script, 0, Math.min(SHEBANG.length, script.length), SHEBANG, 0, 2)) {
      throw new NotLaunchableException(
          "its %s is no shell script: it does not begin with '#!', and no guest would run it."
              .formatted(name));
    }
  }

  private static byte[] powershell(byte @Nullable [] userData, byte[] script) {
    if (userData != null) {
      throw new NotLaunchableException(
          "it has user data and a PowerShell script, of which Windows runs one; put the script into the user data.");
    }
    return join("<powershell>\n".getBytes(StandardCharsets.UTF_8), script, text("\n</powershell>"));
  }

  /** The boundary stands in neither part, and is the same for the same parts. */
  private static byte[] parts(byte[] userData, byte[] script) {
    requireShebang("userData, which goes with a configureScript,", userData);
    String boundary = "drover-" + Digest.of(join(userData, script)).hex();
    return join(
        text(
            "Content-Type: multipart/mixed; boundary=\"%s\"\nMIME-Version: 1.0\n"
                .formatted(boundary)),
        part(boundary, userData),
        part(boundary, script),
        text("\n--" + boundary + "--\n"));
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
