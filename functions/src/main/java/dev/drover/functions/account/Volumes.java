package dev.drover.functions.account;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** EBS volumes of what Drover launched. */
public interface Volumes {
  /** Tag that names the application of whatever is launched for it, and of what is left of that. */
  String TAG_APP = "drover:app";

  /**
   * A volume that carries the tag.
   *
   * @param isFree whether no instance has it
   * @param type EBS's, for example gp3
   */
  record Description(
      String id,
      boolean isFree,
      int sizeGib,
      String type,
      Instant createdAt,
      Map<String, String> tags) {
    /** Copies the tags. */
    public Description {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * Some of those that no instance has.
   *
   * @param next of the part before; null: the first
   */
  Listing<Description> free(@Nullable String next);

  /** The volume of that id, if it carries the tag. */
  Optional<Description> find(String id);

  /**
   * Deletes a volume; one that is not there is deleted already.
   *
   * @return false: an instance has it
   */
  boolean delete(String id);
}
