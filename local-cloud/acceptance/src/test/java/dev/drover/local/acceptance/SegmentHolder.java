package dev.drover.local.acceptance;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets some segments of a disk through and holds the next, so that a run stands in its middle. */
final class SegmentHolder implements StagingProxy.Meddler {
  static final int EXTENTS = 6;
  private static final int EXTENT_BYTES = 64 << 20;

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final int lets;
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  SegmentHolder(int lets) {
    this.lets = lets;
  }

  /** A disk of {@link #EXTENTS} extents, each with something in it. */
  static byte[] disk() {
    byte[] disk = new byte[EXTENTS * EXTENT_BYTES];
    byte[] noise = new byte[1 << 20];
    new Random(11).nextBytes(noise);
    for (int extent = 0; extent < EXTENTS; extent++) {
      System.arraycopy(noise, 0, disk, extent * EXTENT_BYTES + 4096 * extent, noise.length);
    }
    return disk;
  }

  /** Waits until a segment is held; whether one is within three minutes. */
  boolean awaitHeld() throws InterruptedException {
    return reached.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** The keys of the segments that were let through and are stored. */
  Set<String> answered() {
    return Set.copyOf(answered);
  }

  /** Holds nothing any more. */
  void release() {
    release.countDown();
  }

  @Override
  public Optional<byte[]> before(String key, byte[] segment) {
    if (answered.size() >= lets) {
      reached.countDown();
      try {
        if (!release.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IllegalStateException("the segment was not let go in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while holding a segment", e);
      }
    }
    return Optional.empty();
  }

  @Override
  public void after(String key) {
    answered.add(key);
  }
}
