package dev.drover.functions.image;

import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;

/** The function that publishes images, over the world. */
public final class ImageFunction {
  private final PublishImage publishImage;

  public ImageFunction(World world) {
    this.publishImage =
        new PublishImage(
            world.state,
            world.images,
            new ImportedImage(
                world.state, world.imports, world.images, world.ebs, "vmimport", world.eventLog),
            world.ebs,
            world,
            world.eventLog);
  }

  /** Publishes; tells the image's state. */
  public String publish(RunReference run) {
    return output(run).state();
  }

  PublishImage.Output output(RunReference run) {
    return publishImage.publish(run);
  }
}
