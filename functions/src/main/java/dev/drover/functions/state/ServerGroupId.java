package dev.drover.functions.state;

import dev.drover.protocol.InvalidMessageException;
import java.util.regex.Pattern;

/**
 * A server group of an application. SMS documents no form; it is none that could be taken for a
 * security group, which a launch configuration names beside it.
 *
 * @param value for example {@code sms-group-0123456789abcdef0}
 */
public record ServerGroupId(String value) {
  private static final Pattern SHAPE = Pattern.compile("sms-group-[0-9a-f]{17}");

  /** Refuses a text that has not the shape of a server group's id. */
  public ServerGroupId {
    InvalidMessageException.require(
        SHAPE.matcher(value).matches(), "a server group's id is " + SHAPE.pattern());
  }

  @Override
  public String toString() {
    return value;
  }
}
