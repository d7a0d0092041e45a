package dev.drover.functions.image;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.RunReference;

/**
 * Has a run's image made, by EC2 or by VM Import, and, when it is available, commits the run.
 *
 * <p>Idempotency key: the run, in the image's name, and its execution, in the import's token. A
 * second call finds the image by its name or the import by the run's item and goes on from there;
 * after the commit it only says so.
 */
public final class PublishImageHandler extends JsonHandler<RunReference, PublishImage.Output> {
  /** Called by Lambda. */
  public PublishImageHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public PublishImageHandler(Wiring wiring) {
    super(RunReference.class, feature(wiring)::publish);
  }

  private static PublishImage feature(Wiring wiring) {
    ImportedImage imported =
        new ImportedImage(
            wiring.state(),
            wiring.imageImports(),
            wiring.images(),
            wiring.snapshots(),
            wiring.importRole(),
            wiring.log());
    return new PublishImage(
        wiring.state(),
        wiring.images(),
        imported,
        wiring.snapshots(),
        wiring.clock(),
        wiring.log());
  }
}
