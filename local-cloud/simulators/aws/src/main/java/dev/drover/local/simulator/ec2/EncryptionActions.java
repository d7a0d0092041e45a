package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import java.io.IOException;

/** The account's EBS encryption by default. */
final class EncryptionActions {
  private final EncryptionByDefault setting;
  private final Account account;

  EncryptionActions(EncryptionByDefault setting, Account account) {
    this.setting = setting;
    this.account = account;
  }

  void get(QueryParameters parameters, XmlElement answer) {
    parameters.refuseUnknown();
    answer.text("ebsEncryptionByDefault", setting.enabled()).text("sseType", "sse-kms");
  }

  void enable(QueryParameters parameters, XmlElement answer) throws IOException {
    set(parameters, answer, true);
  }

  void disable(QueryParameters parameters, XmlElement answer) throws IOException {
    set(parameters, answer, false);
  }

  /** By its ARN, as EC2 may: nobody beside this simulator knows the alias of a key of AWS's. */
  void getDefaultKey(QueryParameters parameters, XmlElement answer) {
    parameters.refuseUnknown();
    answer.text("kmsKeyId", account.defaultKeyArn());
  }

  private void set(QueryParameters parameters, XmlElement answer, boolean enabled)
      throws IOException {
    parameters.refuseUnknown();
    setting.set(enabled);
    answer.text("ebsEncryptionByDefault", enabled);
  }
}
