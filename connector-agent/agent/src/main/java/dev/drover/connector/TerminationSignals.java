package dev.drover.connector;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM and SIGINT. A shutdown hook would not do: it cannot set the exit code, and while it runs
 * a second signal is ignored. {@code sun.misc.Signal} (module jdk.unsupported) does, but the
 * compiler warns of its name in a way that cannot be suppressed, hence the reflection.
 */
final class TerminationSignals {
  private static final List<String> NAMES = List.of("TERM", "INT");

  private TerminationSignals() {}

  static void handle(Runnable first, Runnable second) {
    AtomicBoolean seen = new AtomicBoolean();
    Runnable onSignal =
        () -> {
          if (seen.compareAndSet(false, true)) {
            first.run();
          } else {
            second.run();
          }
        };
    try {
      install(onSignal);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java platform has no module jdk.unsupported", e);
    }
  }

  private static void install(Runnable onSignal) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object proxy =
        Proxy.newProxyInstance(
            handler.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, arguments) -> answer(method, onSignal));
    Method handle = signal.getMethod("handle", signal, handler);
    for (String name : NAMES) {
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
  }

  private static @Nullable Object answer(Method method, Runnable onSignal) {
    return switch (method.getName()) {
      case "handle" -> {
        onSignal.run();
        yield null;
      }
      case "equals" -> false;
      case "hashCode" -> 0;
      default -> "termination signals";
    };
  }
}
