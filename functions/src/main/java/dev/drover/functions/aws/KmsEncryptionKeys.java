package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.RefusedException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/**
 * {@link EncryptionKeys} over KMS, and EC2 for what the account encrypts by default.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html">GetEbsDefaultKmsKeyId</a>
 */
public final class KmsEncryptionKeys implements EncryptionKeys {
  private static final Pattern KEY_ARN = Pattern.compile("arn:[^:]+:kms:[^:]+:[^:]*:key/.+");

  private final Ec2Client ec2;
  private final KmsClient kms;

  public KmsEncryptionKeys(Ec2Client ec2, KmsClient kms) {
    this.ec2 = ec2;
    this.kms = kms;
  }

  @Override
  public Optional<String> ofNewSnapshot(boolean encrypted, @Nullable String kmsKeyId) {
    return translated(
        () ->
            encrypted || encryptsByDefault()
                ? Optional.of(arn(kmsKeyId == null ? defaultKeyId() : kmsKeyId))
                : Optional.empty());
  }

  /**
   * {@inheritDoc}
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html">EBS
   *     takes symmetric keys only</a>
   */
  @Override
  public Optional<String> objection(@Nullable String kmsKeyId) {
    if (kmsKeyId != null) {
      return Optional.ofNullable(objectionTo(kmsKeyId));
    }
    String key = translated(this::defaultKeyId);
    return Optional.ofNullable(objectionTo(key)).map(why -> why + " (" + key + ")");
  }

  private @Nullable String objectionTo(String kmsKeyId) {
    try {
      return objection(translated(() -> described(kmsKeyId)));
    } catch (RefusedException e) {
      return "KMS does not describe it: " + withoutFullStop(e.sentence());
    }
  }

  private static @Nullable String objection(KeyMetadata key) {
    if (key.keyUsage() != null && key.keyUsage() != KeyUsageType.ENCRYPT_DECRYPT) {
      return "it is a key for " + key.keyUsageAsString() + ", and EBS encrypts";
    }
    if (key.keySpec() != null && key.keySpec() != KeySpec.SYMMETRIC_DEFAULT) {
      return "it is a key of " + key.keySpecAsString() + ", and EBS takes symmetric keys only";
    }
    return key.keyState() == null || key.keyState() == KeyState.ENABLED
        ? null
        : "it is " + key.keyStateAsString() + ", and EBS takes enabled keys only";
  }

  private static String withoutFullStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private boolean encryptsByDefault() {
    return Boolean.TRUE.equals(
        ec2.getEbsEncryptionByDefault(request -> {}).ebsEncryptionByDefault());
  }

  /** An ARN, or the alias of the key that AWS manages as long as nobody chose another. */
  private String defaultKeyId() {
    return ec2.getEbsDefaultKmsKeyId(request -> {}).kmsKeyId();
  }

  private String arn(String keyId) {
    return KEY_ARN.matcher(keyId).matches() ? keyId : described(keyId).arn();
  }

  private KeyMetadata described(String keyId) {
    return kms.describeKey(describe -> describe.keyId(keyId)).keyMetadata();
  }
}
