package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.EncryptionKeys;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** What KMS says of a key, and whether EBS takes it. */
final class KmsEncryptionKeysTest {
  private final FakeKms kms = new FakeKms();
  private final EncryptionKeys keys = new KmsEncryptionKeys(new FakeEc2(), kms);

  @Test
  void objection_symmetricKeyThatIsEnabled_isNone() {
    kms.describeAs(
        key ->
            key.keyState(KeyState.ENABLED)
                .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
                .keySpec(KeySpec.SYMMETRIC_DEFAULT));

    assertThat(keys.objection("alias/sms")).isEmpty();
    assertThat(keys.objection("alias/none"))
        .contains("KMS does not describe it: alias/none is not found");
  }

  @Test
  void objection_keyThatIsToBeDeleted_saysSo() {
    kms.describeAs(key -> key.keyState(KeyState.PENDING_DELETION));

    assertThat(keys.objection("alias/sms"))
        .contains("it is PendingDeletion, and EBS takes enabled keys only");
  }

  @Test
  void objection_noKey_isThatToTheDefaultKeyOfTheAccount() {
    assertThat(keys.objection(null)).isEmpty();

    kms.describeAs(key -> key.keyState(KeyState.DISABLED));

    assertThat(keys.objection(null))
        .contains("it is Disabled, and EBS takes enabled keys only (alias/aws/ebs)");
  }

  @Test
  void objection_keyForAnotherUse_saysSo() {
    kms.describeAs(key -> key.keyUsage(KeyUsageType.SIGN_VERIFY));
    assertThat(keys.objection("alias/sms"))
        .contains("it is a key for SIGN_VERIFY, and EBS encrypts");

    kms.describeAs(key -> key.keyUsage(KeyUsageType.ENCRYPT_DECRYPT).keySpec(KeySpec.RSA_4096));
    assertThat(keys.objection("alias/sms"))
        .contains("it is a key of RSA_4096, and EBS takes symmetric keys only");
  }

  @Test
  void objection_keyThatMayNotBeDescribed_saysWhatKmsSays() {
    assertThat(keys.objection(FakeKms.NOT_OURS))
        .contains("KMS does not describe it: You may not describe it");
  }
}
