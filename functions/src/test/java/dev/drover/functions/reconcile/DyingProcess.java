package dev.drover.functions.reconcile;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** A function's process that dies before one of its calls: from then on it makes none. */
final class DyingProcess {
  private final AtomicInteger calls = new AtomicInteger();
  private final int last;

  /** What a dead process meets, whatever it calls; so that it comes to nothing. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** It dies before that call, from 1. */
  DyingProcess(int call) {
    this.last = call;
  }

  boolean isDead() {
    return calls.get() >= last;
  }

  /** A port through which it calls. */
  <T> T of(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (calls.incrementAndGet() >= last) {
                throw new Killed();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
