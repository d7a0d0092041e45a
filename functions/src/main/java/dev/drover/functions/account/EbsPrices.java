package dev.drover.functions.account;

/** What runs say of AWS's prices: list prices in US dollars of us-east-1, as of November 2026. */
public final class EbsPrices {
  /**
   * A thousand PutSnapshotBlock.
   *
   * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-pricing.html">Pricing for
   *     the EBS direct APIs</a>
   */
  public static final double THOUSAND_PUTS = 0.006;

  private EbsPrices() {}
}
