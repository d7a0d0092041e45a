package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import org.jspecify.annotations.Nullable;

/** Checks of what operations are asked for: the clients check next to nothing. */
final class Parameters {
  /** The longest text that KMS, IAM or a person needs; the model names no limit. */
  static final int MAX_TEXT_CHARS = 2_048;

  private Parameters() {}

  static String required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw missing(name);
    }
    return value;
  }

  static ApiException missing(String name) {
    return SmsErrors.MISSING_PARAMETER.because("The parameter " + name + " is required.");
  }

  static void requireShort(String name, @Nullable String value) {
    require(
        value == null || value.length() <= MAX_TEXT_CHARS,
        name + " is longer than " + MAX_TEXT_CHARS + " characters");
  }

  static void require(boolean condition, String complaint) {
    if (!condition) {
      throw ApiError.INVALID_PARAMETER.because("Invalid parameter: " + complaint + ".");
    }
  }
}
