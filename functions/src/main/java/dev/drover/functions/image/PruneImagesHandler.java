package dev.drover.functions.image;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.RunReference;

/**
 * Removes a job's images that are older than the newest so many.
 *
 * <p>Idempotency key: the older run; what is removed already is passed over.
 */
public final class PruneImagesHandler extends JsonHandler<RunReference, PruneImages.Output> {
  /** Called by Lambda. */
  public PruneImagesHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public PruneImagesHandler(Wiring wiring) {
    super(RunReference.class, feature(wiring)::prune);
  }

  private static PruneImages feature(Wiring wiring) {
    return new PruneImages(
        wiring.state(), wiring.images(), wiring.snapshots(), wiring.objects(), wiring.log());
  }
}
