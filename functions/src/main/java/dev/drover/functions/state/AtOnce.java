package dev.drover.functions.state;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What is done for each of many items, and waits for the table: one after the other takes long. */
public final class AtOnce {
  /** Each waits for the table most of the time. */
  private static final int THREADS = 8;

  private AtOnce() {}

  /** What each item becomes, in the order of the items; the first failure is this call's. */
  public static <T, R> List<R> each(List<T> items, Function<T, R> work) {
    AtomicReferenceArray<R> done = new AtomicReferenceArray<>(items.size());
    AtomicInteger next = new AtomicInteger();
    Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < Math.min(THREADS, items.size()); thread++) {
        threads.execute(
            () -> {
              try {
                for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
                  done.set(i, work.apply(items.get(i)));
                }
              } catch (RuntimeException e) {
                failures.add(e);
              }
            });
      }
    }
    RuntimeException failure = failures.peek();
    if (failure != null) {
      throw failure;
    }
    return IntStream.range(0, items.size()).mapToObj(done::get).toList();
  }
}
