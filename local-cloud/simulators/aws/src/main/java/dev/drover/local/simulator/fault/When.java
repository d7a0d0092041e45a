package dev.drover.local.simulator.fault;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Which of the calls that a rule is about it strikes; calls are counted from 1 per rule. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(When.Nth.class),
  @JsonSubTypes.Type(When.EveryNth.class),
  @JsonSubTypes.Type(When.FirstCalls.class),
  @JsonSubTypes.Type(When.Chance.class)
})
public sealed interface When {

  record Nth(long nth) implements When {
    public Nth {
      requirePositive(nth, "nth");
    }
  }

  record EveryNth(long everyNth) implements When {
    public EveryNth {
      requirePositive(everyNth, "everyNth");
    }
  }

  /** All calls up to and including this one. */
  record FirstCalls(long firstCalls) implements When {
    public FirstCalls {
      requirePositive(firstCalls, "firstCalls");
    }
  }

  /** Each call with this probability, 0 to 1, drawn from the simulator's seed. */
  record Chance(double chance) implements When {
    public Chance {
      if (!(chance >= 0 && chance <= 1)) {
        throw new IllegalArgumentException("chance must be from 0 to 1, not " + chance);
      }
    }
  }

  private static void requirePositive(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
