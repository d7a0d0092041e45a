package dev.drover.connector.folder;

/** Something by which a file's content is told. */
interface Sign {
  boolean isIn(ImageEnds file);

  default Sign and(Sign other) {
    return file -> isIn(file) && other.isIn(file);
  }
}
