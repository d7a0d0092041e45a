package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Account;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Somebody changes a byte in every digest list, and in the end puts it right again. */
final class CorruptedDigestLists implements Fault {
  private final Account account;
  private final Map<String, byte[]> right = new ConcurrentHashMap<>(new LinkedHashMap<>());

  CorruptedDigestLists(Account account) {
    this.account = account;
  }

  @Override
  public void begin() {
    for (S3Object object : account.objects("digests/")) {
      byte[] list =
          account
              .s3()
              .getObjectAsBytes(request -> request.bucket(account.bucket()).key(object.key()))
              .asByteArray();
      right.put(object.key(), list);
      byte[] wrong = list.clone();
      wrong[wrong.length / 2] ^= 1;
      put(object.key(), wrong);
    }
  }

  @Override
  public void heal() {
    // What was removed meanwhile stays so.
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
