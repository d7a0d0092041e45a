package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.asl.ExecutionSummary;
import dev.drover.local.simulation.asl.StepFunctions;

/** Promise 11: no execution comes near what ends one, whatever it has to go through. */
final class StepFunctionsBounds {
  /** Of what Step Functions allows: who comes so near may go beyond it another time. */
  private static final double NEAR = 0.9;

  private final Books.Judgement judgement;

  StepFunctionsBounds(Books.Judgement judgement) {
    this.judgement = judgement;
  }

  void look(ExecutionSummary execution) {
    if (execution.events() > NEAR * StepFunctions.MAX_EVENTS) {
      judgement.violated(
          11,
          "history-near-limit",
          execution.name() + " has a history of " + execution.events() + " events");
    }
    if (execution.mostBytes() > NEAR * StepFunctions.MAX_BYTES) {
      judgement.violated(
          11,
          "payload-near-limit",
          execution.name() + " hands on " + execution.mostBytes() + " bytes at once");
    }
  }
}
