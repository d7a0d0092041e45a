package dev.drover.functions.image;

/** An instance has no device names for so many disks. */
public final class TooManyDisksException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  TooManyDisksException(int disks, int most) {
    super("the server has " + disks + " disks, an image can have " + most + " at most");
  }
}
