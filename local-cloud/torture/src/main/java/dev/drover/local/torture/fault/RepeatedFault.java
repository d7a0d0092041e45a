package dev.drover.local.torture.fault;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** A deed that is done again and again as long as the fault lasts. */
final class RepeatedFault implements Fault {
  private final Duration pause;
  private final IntSupplier deed;
  private final Runnable healing;
  private final AtomicInteger strikes = new AtomicInteger();
  private volatile boolean over;
  private @Nullable Thread thread;

  /**
   * Of a deed.
   *
   * @param deed what is done each time; answers how many it struck
   * @param healing what is done when it is over
   */
  RepeatedFault(Duration pause, IntSupplier deed, Runnable healing) {
    this.pause = pause;
    this.deed = deed;
    this.healing = healing;
  }

  static Fault each(Duration pause, IntSupplier deed) {
    return new RepeatedFault(pause, deed, () -> {});
  }

  @Override
  public void begin() {
    thread = Thread.ofVirtual().name("fault").start(this::work);
  }

  private void work() {
    while (!over) {
      try {
        strikes.addAndGet(deed.getAsInt());
        Pause.interruptibly(pause);
      } catch (SdkException e) {
        // Another fault stands before the account just now.
      } catch (LocalCloudException e) {
        return;
      }
    }
  }

  @Override
  public void heal() {
    over = true;
    Thread working = thread;
    if (working != null) {
      try {
        working.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    healing.run();
  }

  @Override
  public int strikes() {
    return strikes.get();
  }
}
