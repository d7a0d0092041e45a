package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import java.io.IOException;

/** The account's EBS encryption by default. */
final class EncryptionActions {
  private final EncryptionByDefault setting;

  EncryptionActions(EncryptionByDefault setting) {
    this.setting = setting;
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

  void getDefaultKey(QueryParameters parameters, XmlElement answer) {
    parameters.refuseUnknown();
    answer.text("kmsKeyId", Account.DEFAULT_KEY_ALIAS);
  }

  private void set(QueryParameters parameters, XmlElement answer, boolean enabled)
      throws IOException {
    parameters.refuseUnknown();
    setting.set(enabled);
    answer.text("ebsEncryptionByDefault", enabled);
  }
}
