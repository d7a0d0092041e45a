package dev.drover.functions.account;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which key EBS takes for a new snapshot: as an ARN, because names can be given to other keys. */
public interface EncryptionKeys {
  /**
   * The ARN of the key that a new snapshot without a parent would be encrypted with, today; empty:
   * it would not be encrypted.
   *
   * @param encrypted whether someone asks for encryption; the account may encrypt all the same
   * @param kmsKeyId id, alias or ARN; null: the account's default key for EBS
   * @throws RefusedException when the key does not exist or may not be described
   */
  Optional<String> ofNewSnapshot(boolean encrypted, @Nullable String kmsKeyId);

  /**
   * Why EBS cannot encrypt with a key today, a sentence without its full stop; empty: it can.
   *
   * @param kmsKeyId id, alias or ARN; null: the account's default key for EBS, which the sentence
   *     then names
   */
  Optional<String> objection(@Nullable String kmsKeyId);
}
