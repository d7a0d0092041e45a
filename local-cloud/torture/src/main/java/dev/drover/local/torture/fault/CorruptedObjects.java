package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Account;
import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Proxy;
import dev.drover.local.torture.wire.Witness;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Somebody changes objects in the bucket as soon as they are put. */
final class CorruptedObjects implements Fault {
  private static final int OK = 200;

  private final List<Proxy> proxies;
  private final Witness witness;
  private final Set<String> keys = ConcurrentHashMap.newKeySet();

  /**
   * Of calls.
   *
   * @param most no more objects than that
   */
  CorruptedObjects(Account account, List<Proxy> proxies, Predicate<Call> which, int most) {
    this.proxies = proxies;
    this.witness =
        (call, _, status, _) -> {
          if (status == OK && which.test(call) && keys.size() < most && keys.add(call.key())) {
            corrupt(account, call.key());
          }
        };
  }

  private static void corrupt(Account account, String key) {
    try {
      flip(account, key);
    } catch (NoSuchKeyException e) {
      // It has served already.
    }
  }

  private static void flip(Account account, String key) {
    byte[] object =
        account
            .s3()
            .getObjectAsBytes(request -> request.bucket(account.bucket()).key(key))
            .asByteArray();
    object[object.length / 2] ^= 1;
    account
        .s3()
        .putObject(
            request -> request.bucket(account.bucket()).key(key), RequestBody.fromBytes(object));
  }

  @Override
  public void begin() {
    proxies.forEach(proxy -> proxy.watch(witness));
  }

  @Override
  public void heal() {
    proxies.forEach(proxy -> proxy.unwatch(witness));
  }

  @Override
  public int strikes() {
    return keys.size();
  }
}
