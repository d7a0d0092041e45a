package dev.drover.functions.reconcile;

import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.JsonHandler;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.Wiring;

/**
 * Removes a job's images that are older than the newest so many.
 *
 * <p>Idempotency key: the older run; what is removed already is passed over.
 */
public final class PruneImagesHandler extends JsonHandler<PruneImages.Input, PruneImages.Output> {
  /** As Lambda makes it. */
  public PruneImagesHandler() {
    this(new Wiring());
  }

  private PruneImagesHandler(Wiring wiring) {
    super(PruneImages.Input.class, feature(wiring)::prune);
  }

  private static PruneImages feature(Wiring wiring) {
    return new PruneImages(
        wiring.table(),
        new Ec2Images(wiring.ec2()),
        new Ec2Snapshots(wiring.ec2()),
        new S3Objects(wiring.s3(), wiring.bucket()),
        wiring.log());
  }
}
