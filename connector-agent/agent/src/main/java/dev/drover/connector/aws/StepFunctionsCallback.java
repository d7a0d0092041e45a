package dev.drover.connector.aws;

import dev.drover.connector.agent.ServiceUnavailableException;
import dev.drover.connector.agent.TaskCallback;
import dev.drover.connector.agent.TokenRefusedException;
import dev.drover.protocol.Shortened;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.TaskDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

/** Task tokens of Step Functions. */
public final class StepFunctionsCallback implements TaskCallback {
  /**
   * The longest cause that SendTaskFailure takes.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html">SendTaskFailure</a>
   */
  private static final int MAX_CAUSE_CHARS = 32_768;

  private final SfnClient sfn;

  public StepFunctionsCallback(SfnClient sfn) {
    this.sfn = sfn;
  }

  @Override
  public void heartbeat(String token) {
    call("states:SendTaskHeartbeat", () -> sfn.sendTaskHeartbeat(beat -> beat.taskToken(token)));
  }

  @Override
  public void succeed(String token, String outputJson) {
    call(
        "states:SendTaskSuccess",
        () -> sfn.sendTaskSuccess(success -> success.taskToken(token).output(outputJson)));
  }

  @Override
  public void fail(String token, String error, String cause) {
    String shown = shortened(cause);
    call(
        "states:SendTaskFailure",
        () -> sfn.sendTaskFailure(fail -> fail.taskToken(token).error(error).cause(shown)));
  }

  static String shortened(String cause) {
    return Shortened.to(cause, MAX_CAUSE_CHARS);
  }

  private static void call(String action, Runnable request) {
    try {
      request.run();
    } catch (TaskTimedOutException | TaskDoesNotExistException | InvalidTokenException e) {
      throw new TokenRefusedException(e.getClass().getSimpleName(), e);
    } catch (SdkException e) {
      throw new ServiceUnavailableException(
          AwsTrouble.of(new AwsTrouble.Call(action, "the state machine of the run", "region"), e)
              .sentence(),
          e);
    }
  }
}
