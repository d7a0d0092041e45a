package dev.drover.local.simulator.snapshot;

/**
 * The one account that the simulator plays.
 *
 * @param id twelve digits
 * @param region that the ARNs name
 */
public record Account(String id, String region) {
  /** The key that AWS manages for EBS has a fixed name here, which ministack_drover.py knows. */
  private static final String DEFAULT_KEY_ID = "00000000-0000-4000-8000-00000000eb50";

  public Account {
    if (!id.matches("[0-9]{12}")) {
      throw new IllegalArgumentException("an account id has 12 digits: " + id);
    }
  }

  /** What GetEbsDefaultKmsKeyId answers, and what encrypts where no key is named. */
  public String defaultKeyArn() {
    return "arn:aws:kms:" + region + ":" + id + ":key/" + DEFAULT_KEY_ID;
  }
}
