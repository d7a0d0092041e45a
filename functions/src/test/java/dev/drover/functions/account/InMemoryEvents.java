package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Events that were put, oldest first. */
public final class InMemoryEvents implements EventBus {
  /** An event. */
  public record Put(String type, Map<String, String> detail) {}

  public final List<Put> put = new ArrayList<>();
  private boolean failing;

  /** From now on no event is taken, or every one. */
  public void fail(boolean fails) {
    failing = fails;
  }

  @Override
  public void put(String type, Map<String, String> detail) {
    if (failing) {
      throw new TransientException("the bus does not answer");
    }
    put.add(new Put(type, Map.copyOf(detail)));
  }
}
