package dev.drover.functions.api;

import dev.drover.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page of a list begins. To callers it is opaque; it is bound to its operation and
 * to what the operation was asked for. Its digest finds tokens that were cut or typed, it is no
 * secret: a token says nothing but a key that its caller has just read.
 *
 * @param scope operation and filter
 */
public record PageToken(String scope) {
  private static final int DIGEST_CHARS = 16;

  /** The token of the page after that key. */
  public String after(String key) {
    byte[] text = (digest(key) + key).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  /** The key in a token that this scope made; the empty text for the first page. */
  public String read(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return "";
    }
    String text = decode(token);
    if (text.length() > DIGEST_CHARS) {
      String key = text.substring(DIGEST_CHARS);
      if (digest(key).equals(text.substring(0, DIGEST_CHARS))) {
        return key;
      }
    }
    throw invalid();
  }

  private String digest(String key) {
    return Digest.ofText(String.join("\n", List.of(scope, key))).hex().substring(0, DIGEST_CHARS);
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static ApiException invalid() {
    return ApiError.INVALID_PARAMETER.because(
        "nextToken is not a token of this operation with these parameters: begin again without"
            + " it.");
  }
}
