package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Account;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Somebody changes a byte in every digest list, and in the end puts it right again. */
final class CorruptedDigestLists implements Fault {
  private final Account account;
  private final Map<String, byte[]> right = new ConcurrentHashMap<>();

  CorruptedDigestLists(Account account) {
    this.account = account;
  }

  @Override
  public void begin() {
    for (S3Object object : account.objects("digests/")) {
      try {
        corrupt(object.key());
      } catch (NoSuchKeyException e) {
        // It was removed after it was listed.
      }
    }
  }

  private void corrupt(String key) {
    byte[] list =
        account
            .s3()
            .getObjectAsBytes(request -> request.bucket(account.bucket()).key(key))
            .asByteArray();
    byte[] wrong = list.clone();
    wrong[wrong.length / 2] ^= 1;
    put(key, wrong);
    right.put(key, list);
  }

  /** What was removed, or written anew, meanwhile stays so. */
  @Override
  public void heal() {
    for (S3Object object : account.objects("digests/")) {
      byte[] list = right.get(object.key());
      if (list != null) {
        put(object.key(), list);
      }
    }
  }

  private void put(String key, byte[] object) {
    account
        .s3()
        .putObject(
            request -> request.bucket(account.bucket()).key(key), RequestBody.fromBytes(object));
  }

  @Override
  public int strikes() {
    return right.size();
  }
}
