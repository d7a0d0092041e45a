package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.TorturedCloud;
import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Proxy;
import dev.drover.local.torture.wire.Rule;
import dev.drover.local.torture.wire.Verdict;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** {@code kill -9} of a function at a certain call of it, which goes on without its caller. */
final class KilledFunction implements Fault {
  private final TorturedCloud cloud;
  private final Proxy proxy;
  private final String handler;
  private final Rule rule;
  private final int most;
  private final AtomicInteger strikes = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * Of a cloud.
   *
   * @param nth at every so many of its calls
   * @param most no more often than that
   */
  KilledFunction(
      TorturedCloud cloud, Proxy proxy, String handler, Predicate<Call> moment, int nth, int most) {
    this.cloud = cloud;
    this.proxy = proxy;
    this.handler = handler;
    this.most = most;
    this.rule =
        call -> {
          if (moment.test(call) && calls.incrementAndGet() % nth == 0) {
            kill();
          }
          return Verdict.PASS;
        };
  }

  private void kill() {
    if (strikes.get() < most) {
      cloud
          .functions(handler)
          .forEach(
              function -> {
                function.destroyForcibly();
                strikes.incrementAndGet();
              });
    }
  }

  @Override
  public void begin() {
    proxy.lay(rule);
  }

  @Override
  public void heal() {
    proxy.lift(rule);
  }

  @Override
  public int strikes() {
    return strikes.get();
  }
}
