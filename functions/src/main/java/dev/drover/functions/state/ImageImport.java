package dev.drover.functions.state;

import dev.drover.protocol.InvalidMessageException;

/**
 * Whether VM Import makes a job's images. It changes the guest so that it boots on EC2; otherwise
 * EC2 registers the copies as they are.
 */
public enum ImageImport {
  /** Where the guest is known to need it. */
  AUTO("auto"),
  /** Always. */
  ALWAYS("always"),
  /** Never. */
  NEVER("never");

  private final String word;

  ImageImport(String word) {
    this.word = word;
  }

  /** As the API and the table have it. */
  public String word() {
    return word;
  }

  /**
   * The one of that word.
   *
   * @throws InvalidMessageException when there is none
   */
  public static ImageImport of(String word) {
    for (ImageImport known : values()) {
      if (known.word.equals(word)) {
        return known;
      }
    }
    throw new InvalidMessageException(
        "images are imported automatically, always or never, not '" + word + "'");
  }
}
