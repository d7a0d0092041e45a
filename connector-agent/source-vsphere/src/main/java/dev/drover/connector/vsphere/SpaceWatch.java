package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.vsphere.soap.VimFault;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Looks, while a VM snapshot is read, whether its datastores have room for it still. */
final class SpaceWatch {
  /** A busy VM writes some 10 GB in a minute. */
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Supplier<Optional<String>> shortage;
  private final LongSupplier nanoClock;
  private long nextNanos;

  /**
   * A watch that looks for the first time when it is asked first.
   *
   * @param shortage as {@link FreeSpace#shortage}
   */
  SpaceWatch(Supplier<Optional<String>> shortage, LongSupplier nanoClock) {
    this.shortage = shortage;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
  }

  /**
   * Looks, if it did not lately. That nobody answers is no reason to stop reading.
   *
   * @throws SourceUnreadableException when there is too little
   */
  synchronized void look() {
    long now = nanoClock.getAsLong();
    if (now - nextNanos < 0) {
      return;
    }
    nextNanos = now + PERIOD_NANOS;
    Optional<String> found;
    try {
      found = shortage.get();
    } catch (VimFault | SourceException e) {
      return;
    }
    if (found.isPresent()) {
      throw new SourceUnreadableException(
          found.get()
              + ": its VM snapshot is removed, what was sent is kept, and the run goes on from there"
              + " when there is room; free some space there.",
          null);
    }
  }
}
