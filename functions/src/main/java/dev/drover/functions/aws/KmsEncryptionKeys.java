package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.EncryptionKeys;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;

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

  private boolean encryptsByDefault() {
    return Boolean.TRUE.equals(
        ec2.getEbsEncryptionByDefault(request -> {}).ebsEncryptionByDefault());
  }

  /** An ARN, or the alias of the key that AWS manages as long as nobody chose another. */
  private String defaultKeyId() {
    return ec2.getEbsDefaultKmsKeyId(request -> {}).kmsKeyId();
  }

  private String arn(String keyId) {
    return KEY_ARN.matcher(keyId).matches()
        ? keyId
        : kms.describeKey(describe -> describe.keyId(keyId)).keyMetadata().arn();
  }
}
