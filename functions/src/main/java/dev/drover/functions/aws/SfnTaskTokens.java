package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.TaskTokens;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.TaskDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

/** {@link TaskTokens} over Step Functions. */
public final class SfnTaskTokens implements TaskTokens {
  private final SfnClient sfn;

  public SfnTaskTokens(SfnClient sfn) {
    this.sfn = sfn;
  }

  @Override
  public boolean succeed(String token, String output) {
    return translated(() -> succeedOnce(token, output));
  }

  private boolean succeedOnce(String token, String output) {
    try {
      sfn.sendTaskSuccess(send -> send.taskToken(token).output(output));
      return true;
    } catch (TaskTimedOutException | TaskDoesNotExistException | InvalidTokenException e) {
      return false;
    }
  }
}
