package dev.drover.local.simulator.fault;

import dev.drover.local.simulator.http.Response;
import java.io.IOException;
import java.util.Optional;

/** What every call of either API passes: faults on request before and after it, and its count. */
public final class CallGate {
  private final Faults faults;
  private final CallCounts counts;

  public CallGate(Faults faults, CallCounts counts) {
    this.faults = faults;
    this.counts = counts;
  }

  /** The work of one call. */
  @FunctionalInterface
  public interface Call {
    Response answer() throws IOException;
  }

  /** How an API words a refusal. */
  @FunctionalInterface
  public interface RefusalFormat {
    Response refused(FaultRule.Refusal refusal);
  }

  public Response pass(String operation, RefusalFormat format, Call call) throws IOException {
    Optional<FaultRule.Refusal> refusal = faults.refusal(operation);
    Response response = refusal.isPresent() ? format.refused(refusal.get()) : call.answer();
    counts.count(operation, response.succeeded());
    return faults.losesAnswer(operation)
        ? format.refused(FaultRule.Refusal.SERVER_ERROR)
        : response;
  }
}
