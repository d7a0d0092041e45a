package dev.drover.functions.job;

import dev.drover.functions.account.EncryptionKeys;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether EBS can encrypt a job's snapshots with its key. A run would find it out only when its
 * snapshots are started, and each run again.
 */
final class KeyFit {
  private final EncryptionKeys keys;

  KeyFit(EncryptionKeys keys) {
    this.keys = keys;
  }

  /**
   * Why the key cannot be the job's, for people; empty: it can.
   *
   * @param kmsKeyId null: the account's default key for EBS
   */
  Optional<String> objection(@Nullable String kmsKeyId) {
    return keys.objection(kmsKeyId)
        .map(
            why ->
                kmsKeyId == null
                    ? "encrypted is true without kmsKeyId, and the account's default key for EBS"
                        + " cannot encrypt snapshots: "
                        + why
                        + "; give kmsKeyId, or have EC2 take another key by default"
                    : "kmsKeyId is '"
                        + kmsKeyId
                        + "', which cannot encrypt EBS snapshots in this account and Region: "
                        + why);
  }
}
