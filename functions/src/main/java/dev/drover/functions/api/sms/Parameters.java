package dev.drover.functions.api.sms;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of what operations are asked for: the clients check next to nothing. */
final class Parameters {
  /** The longest text that KMS, IAM or a person needs; the model names no limit. */
  static final int MAX_TEXT_CHARS = 2_048;

  /**
   * A key as KMS takes it: id (also of several regions), alias, or the ARN of one of them.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html">DescribeKey</a>
   */
  private static final Pattern KMS_KEY =
      Pattern.compile(
          "{key}|{alias}|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key/{key}|{alias})"
              .replace("{key}", "(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
              .replace("{alias}", "alias/[a-zA-Z0-9/_-]{1,250}"));

  private Parameters() {}

  static String required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw missing(name);
    }
    return value;
  }

  static ApiException missing(String name) {
    return ApiError.MISSING_PARAMETER.because("The parameter " + name + " is required.");
  }

  static void requireShort(String name, @Nullable String value) {
    require(
        value == null || value.length() <= MAX_TEXT_CHARS,
        name + " is longer than " + MAX_TEXT_CHARS + " characters");
  }

  /** A text for people, which also goes into what EC2 shows. */
  static void requirePrintable(String name, @Nullable String value) {
    requireShort(name, value);
    require(
        value == null || Ec2Text.isPrintable(value),
        name + " has a control character or a line break, which EC2 does not take");
    // As a connector's names: they turn the order of what stands around them.
    require(
        value == null || value.codePoints().noneMatch(Parameters::turnsText),
        name + " has a character that turns the direction of text");
  }

  private static boolean turnsText(int codePoint) {
    return (codePoint >= 0x202A && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  /** The form of a key's name; whether there is such a key is another question. */
  static void requireKmsKey(String name, @Nullable String value) {
    requireShort(name, value);
    require(
        value == null || KMS_KEY.matcher(value).matches(),
        name
            + " is '"
            + ApiError.shown(String.valueOf(value))
            + "', which is neither a key's id or ARN nor alias/NAME or its ARN");
  }

  /** A text of that shape, or none. */
  static void requireShape(String name, Pattern shape, @Nullable String value) {
    require(
        value == null || shape.matcher(value).matches(),
        name
            + " is '"
            + ApiError.shown(String.valueOf(value))
            + "', which is not of the form "
            + shape.pattern());
  }

  static void require(boolean condition, String complaint) {
    if (!condition) {
      throw invalid(complaint);
    }
  }

  static ApiException invalid(String complaint) {
    return ApiError.INVALID_PARAMETER.because("Invalid parameter: " + complaint + ".");
  }
}
