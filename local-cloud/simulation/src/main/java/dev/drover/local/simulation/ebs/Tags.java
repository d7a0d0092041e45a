package dev.drover.local.simulation.ebs;

import java.util.Map;

/**
 * AWS's rules for tags.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html">Restrictions
 *     of tags</a>
 */
final class Tags {
  static final int MAX = 50;
  private static final int MAX_KEY_CHARS = 127;
  private static final int MAX_VALUE_CHARS = 256;

  /**
   * EBS takes one fewer than EC2.
   *
   * @see <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_Tag.html">Tag</a>
   */
  private static final int MAX_VALUE_CHARS_OF_EBS = 255;

  private Tags() {}

  static boolean isValid(String key, String value) {
    return !key.isEmpty()
        && key.length() <= MAX_KEY_CHARS
        && value.length() <= MAX_VALUE_CHARS
        && !key.startsWith("aws:")
        && (key + value).chars().noneMatch(Character::isISOControl);
  }

  /** Whether StartSnapshot takes it. */
  static boolean isValidForEbs(String key, String value) {
    return isValid(key, value) && value.length() <= MAX_VALUE_CHARS_OF_EBS;
  }

  /** EC2 refuses tags that are none, and a 51st. */
  static void require(Map<String, String> tags) {
    tags.forEach(
        (key, value) -> {
          if (!isValid(key, value)) {
            throw Ec2Refusal.invalidValue("Not a valid tag: " + key + "=" + value);
          }
        });
    if (tags.size() > MAX) {
      throw Ec2Refusal.of("TagLimitExceeded", "The maximum number of tags is " + MAX);
    }
  }
}
