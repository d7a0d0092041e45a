package dev.drover.connector.host;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** See {@link Host#JVM}. */
final class JvmHost implements Host {
  @Override
  public Thread thread(String name, Runnable body) {
    return Thread.ofPlatform().daemon().name(name).unstarted(body);
  }

  @Override
  public boolean await(CompletableFuture<?> event, Duration atMost) {
    try {
      event.get(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      return event.isDone();
    }
    return event.isDone();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
