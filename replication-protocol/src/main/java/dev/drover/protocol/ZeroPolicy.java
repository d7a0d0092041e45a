package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to blocks of zeros in a copy that has no base; with one they are always sent. */
public enum ZeroPolicy {
  /** They are blocks like others: always right. */
  @JsonProperty("send")
  SEND("send"),

  /**
   * They are left out. What nobody wrote reads as zeros in a snapshot that is not encrypted, and as
   * anything in one that is, or in an encrypted copy of it.
   *
   * @see <a href="https://github.com/awslabs/coldsnap/issues/395">coldsnap issue 395</a>
   */
  @JsonProperty("omit")
  OMIT("omit");

  private final String word;

  ZeroPolicy(String word) {
    this.word = word;
  }

  /** As plans, the API and the table have it. */
  public String word() {
    return word;
  }

  /**
   * The policy of that word.
   *
   * @throws InvalidMessageException when there is none
   */
  public static ZeroPolicy of(String word) {
    for (ZeroPolicy policy : values()) {
      if (policy.word.equals(word)) {
        return policy;
      }
    }
    throw new InvalidMessageException("zero blocks are sent or omitted, not '" + word + "'");
  }
}
