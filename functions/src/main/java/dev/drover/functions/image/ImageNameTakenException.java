package dev.drover.functions.image;

/** Another image has the name that belongs to a run. */
public final class ImageNameTakenException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  ImageNameTakenException(String name, String amiId) {
    super(
        "image "
            + amiId
            + " has the name "
            + name
            + " but is not made of this run's snapshots. Deregister it, then start a run on demand.");
  }
}
