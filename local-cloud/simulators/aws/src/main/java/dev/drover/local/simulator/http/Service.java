package dev.drover.local.simulator.http;

import java.io.IOException;

/** Answers requests; called from many threads at once. */
@FunctionalInterface
public interface Service {
  Response answer(Request request) throws IOException;
}
