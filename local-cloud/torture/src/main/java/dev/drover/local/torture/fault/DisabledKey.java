package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Account;

/** The account's default key for EBS is disabled in KMS, too, for who looks at it there. */
final class DisabledKey implements Fault {
  private static final String DEFAULT_KEY = "alias/aws/ebs";

  private final Account account;

  DisabledKey(Account account) {
    this.account = account;
  }

  @Override
  public void begin() {
    String key = keyId();
    account.kms().disableKey(request -> request.keyId(key));
  }

  @Override
  public void heal() {
    String key = keyId();
    account.kms().enableKey(request -> request.keyId(key));
  }

  private String keyId() {
    return account.kms().describeKey(request -> request.keyId(DEFAULT_KEY)).keyMetadata().keyId();
  }

  /** The refusals are counted where they are made. */
  @Override
  public int strikes() {
    return 0;
  }
}
