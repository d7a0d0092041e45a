package dev.drover.functions.image;

import dev.drover.functions.account.TestRun;
import dev.drover.functions.state.RunReference;
import dev.drover.protocol.RunId;

/** The function that publishes images, over an account in memory. */
public final class ImageFunctions {
  private final PublishImage publishImage;

  /** Over that account. */
  public ImageFunctions(TestRun account) {
    this.publishImage =
        new PublishImage(account.state, account.images, account.ebs, account.clock, account.log);
  }

  /** Publishes; tells the image's state. */
  public String publish(RunId run) {
    return output(run).state();
  }

  PublishImage.Output output(RunId run) {
    return publishImage.publish(new RunReference(TestRun.JOB, run));
  }
}
