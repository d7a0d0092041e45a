package dev.drover.connector.store;

import dev.drover.connector.pulse.Pulse;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that is asked again when it refuses or cannot be reached, so that a moment without the
 * right, the credentials or the network does not cost what a run has done. An object that is not
 * there is no such moment.
 */
public final class PatientStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(PatientStore.class);

  private final ObjectStore store;
  private final Patience patience;
  private final Pulse pulse;
  private final LongSupplier nanoClock;

  /**
   * Asks through another store.
   *
   * @param pulse ends the waiting, and knows of it
   * @param nanoClock as {@link System#nanoTime}
   */
  public PatientStore(ObjectStore store, Patience patience, Pulse pulse, LongSupplier nanoClock) {
    this.store = store;
    this.patience = patience;
    this.pulse = pulse;
    this.nanoClock = nanoClock;
  }

  @Override
  public void put(String key, ObjectContent content) {
    patiently(
        () -> {
          store.put(key, content);
          return key;
        });
  }

  @Override
  public InputStream get(String key) {
    return patiently(() -> store.get(key));
  }

  private <T> T patiently(Supplier<T> call) {
    long firstRefusal = 0;
    for (int refusals = 1; ; refusals++) {
      try {
        return call.get();
      } catch (StoreRefusedException | StoreUnavailableException e) {
        long now = nanoClock.getAsLong();
        firstRefusal = refusals == 1 ? now : firstRefusal;
        Duration pause = patience.pauseAfter(refusals);
        if (now - firstRefusal + pause.toNanos() > patience.atMost().toNanos() || pause.isZero()) {
          throw e;
        }
        LOG.atWarn()
            .addKeyValue("reason", e.getMessage())
            .addKeyValue("again", pause)
            .log("store.refused");
        try (Pulse.Step _ = pulse.await("waiting to ask the store again, try " + refusals)) {
          pulse.stop().pause(pause);
        }
      }
    }
  }
}
