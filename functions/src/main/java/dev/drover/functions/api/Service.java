package dev.drover.functions.api;

import java.util.Map;

/** A service that callers reach through the API, beside others. */
public interface Service {
  /** As a sentence names it. */
  String title();

  /** What {@code X-Amz-Target} begins with, up to and with the dot. */
  String targetPrefix();

  /** Every operation of the service's model by its name. */
  Map<String, Operation> operations();
}
