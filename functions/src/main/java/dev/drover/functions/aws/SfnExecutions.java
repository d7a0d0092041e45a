package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.Listing;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.ListExecutionsResponse;

/** {@link Executions} over Step Functions. */
public final class SfnExecutions implements Executions {
  /** The most that Step Functions lists at once. */
  private static final int PART = 1_000;

  private final SfnClient sfn;
  private final String stateMachineArn;

  public SfnExecutions(SfnClient sfn, String stateMachineArn) {
    this.sfn = sfn;
    this.stateMachineArn = stateMachineArn;
  }

  @Override
  public void start(String name, String input) {
    translated(() -> startOnce(name, input));
  }

  @Override
  public void stop(String name) {
    translated(() -> stopOnce(arn(name)));
  }

  @Override
  public Optional<Standing> find(String name) {
    return translated(() -> findOnce(arn(name)));
  }

  @Override
  public Optional<String> input(String name) {
    return translated(() -> inputOnce(arn(name)));
  }

  private Optional<String> inputOnce(String arn) {
    try {
      return Optional.ofNullable(
          sfn.describeExecution(describe -> describe.executionArn(arn)).input());
    } catch (ExecutionDoesNotExistException e) {
      return Optional.empty();
    }
  }

  @Override
  public Listing<Running> running(@Nullable String next) {
    ListExecutionsResponse part =
        translated(
            () ->
                sfn.listExecutions(
                    list ->
                        list.stateMachineArn(stateMachineArn)
                            .statusFilter(ExecutionStatus.RUNNING)
                            .maxResults(PART)
                            .nextToken(next)));
    return new Listing<>(
        part.executions().stream()
            .map(execution -> new Running(execution.name(), execution.startDate()))
            .toList(),
        part.nextToken());
  }

  private String arn(String name) {
    return stateMachineArn.replace(":stateMachine:", ":execution:") + ":" + name;
  }

  private void stopOnce(String arn) {
    try {
      sfn.stopExecution(stop -> stop.executionArn(arn));
    } catch (ExecutionDoesNotExistException e) {
      // Never started: what was asked for.
    }
  }

  private Optional<Standing> findOnce(String arn) {
    try {
      return Optional.of(
          new Standing(sfn.describeExecution(describe -> describe.executionArn(arn)).stopDate()));
    } catch (ExecutionDoesNotExistException e) {
      return Optional.empty();
    }
  }

  private void startOnce(String name, String input) {
    try {
      sfn.startExecution(start -> start.stateMachineArn(stateMachineArn).name(name).input(input));
    } catch (ExecutionAlreadyExistsException e) {
      // Started before: what was asked for.
    }
  }
}
