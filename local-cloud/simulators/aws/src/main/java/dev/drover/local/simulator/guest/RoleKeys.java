package dev.drover.local.simulator.guest;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Gives instances the keys of the role of their instance profile. */
@FunctionalInterface
public interface RoleKeys {
  /**
   * Keys of a session.
   *
   * @param profile name or ARN of the instance profile
   * @param session the session's name: the instance's id, as EC2 has it
   * @return empty when there is no such profile, or no role in it
   */
  Optional<Keys> of(String profile, String session) throws IOException;

  /**
   * Temporary keys.
   *
   * @param role the role's name
   */
  record Keys(
      String role, String accessKeyId, String secretAccessKey, String token, Instant expiration) {}
}
