package dev.drover.local.torture.fault;

import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Proxy;
import dev.drover.local.torture.wire.Rule;
import dev.drover.local.torture.wire.Verdict;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A fault that is a rule of proxies. */
final class WireFault implements Fault {
  private final List<Proxy> proxies;
  private final Rule rule;
  private final AtomicInteger strikes = new AtomicInteger();

  private WireFault(List<Proxy> proxies, Function<Call, Verdict> verdicts) {
    this.proxies = proxies;
    this.rule =
        call -> {
          Verdict verdict = verdicts.apply(call);
          if (!(verdict instanceof Verdict.Pass)) {
            strikes.incrementAndGet();
          }
          return verdict;
        };
  }

  static Fault on(List<Proxy> proxies, Function<Call, Verdict> verdicts) {
    return new WireFault(proxies, verdicts);
  }

  @Override
  public void begin() {
    proxies.forEach(proxy -> proxy.lay(rule));
  }

  @Override
  public void heal() {
    proxies.forEach(proxy -> proxy.lift(rule));
  }

  @Override
  public int strikes() {
    return strikes.get();
  }
}
